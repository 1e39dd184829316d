package switchd.daemon.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import switchd.daemon.lab.Await;
import switchd.daemon.lab.Job;
import switchd.daemon.lab.Lab;
import switchd.daemon.lab.NeedsLab;

/// The control socket from a service manager: systemd's own tool opens it, and starts the daemon
/// for the first who connects.
@NeedsLab("systemd-socket-activate")
@Timeout(90)
final class ActivationIT {
    private static final Duration START = Duration.ofSeconds(30);

    private final Lab lab = Lab.bridged();

    @AfterEach
    void removeLab() {
        lab.close();
    }

    @Test
    void whoConnectsStartsTheDaemonAndIsServed() throws Exception {
        Path socket = lab.workspace().file("control.sock");
        Path config = lab.workspace().file("switchd.json");
        Files.writeString(
                config, "{\"networks\":[{\"name\":\"lab\",\"kind\":\"isolated\"}],\"ports\":[]}");
        List<String> command =
                Stream.of(
                                List.of("systemd-socket-activate", "--listen=" + socket),
                                List.of("--fdname=control"),
                                DaemonProcess.java(DaemonProcess.image()),
                                List.of("--config", config.toString()))
                        .flatMap(List::stream)
                        .toList();
        try (Job manager = lab.add(lab.host().start(command, Map.of()))) {
            Await.until("the socket", START, () -> Files.exists(socket));
            assertThat(manager.output()).doesNotContain("{\"");

            DaemonProcess.Ended status =
                    DaemonProcess.run(lab, "status", "--control", socket.toString(), "--json");

            assertThat(status.status()).as(status.err() + manager.output()).isZero();
            assertThat(status.out()).contains("\"lab\"");
            DaemonProcess.Ended stop =
                    DaemonProcess.run(lab, "stop", "--control", socket.toString());
            assertThat(stop.status()).as(stop.err()).isZero();
            // It is the manager's: the daemon does not remove it.
            assertThat(socket).exists();
        }
    }
}
