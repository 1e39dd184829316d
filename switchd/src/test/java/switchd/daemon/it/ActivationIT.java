package switchd.daemon.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
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
@NeedsLab({"systemd-socket-activate", "setpriv"})
@Timeout(90)
final class ActivationIT {
    private static final int USER = 65_534;
    private static final int GROUP = 4_242;
    private static final Duration START = Duration.ofSeconds(30);

    private final Lab lab = Lab.bridged();

    @AfterEach
    void removeLab() {
        lab.close();
    }

    /// A service manager that listens at `socket`, and starts a daemon of one network `lab`.
    private Job manager(Path socket) throws IOException {
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
        Job manager = lab.add(lab.host().start(command, Map.of()));
        Await.until("the socket", START, () -> Files.exists(socket));
        assertThat(manager.output()).doesNotContain("{\"");
        return manager;
    }

    @Test
    void whoConnectsStartsTheDaemonAndIsServed() throws Exception {
        Path socket = lab.workspace().file("control.sock");
        try (Job manager = manager(socket)) {
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

    /// As with `SocketGroup=` and `SocketMode=`: who is in the socket's group is an administrator,
    /// who only gets in is not.
    @Test
    void theGroupOfTheManagersSocketIsTheAdministrators() throws Exception {
        Path socket = lab.workspace().file("control.sock");
        Path image = lab.workspace().file("lib"); // a checkout may be in a private place
        lab.host().run("cp", "-r", DaemonProcess.image().toString(), image.toString());
        lab.host().run("chmod", "-R", "a+rX", lab.workspace().path().toString());
        Path own = lab.workspace().file("vm");
        Files.createDirectory(own);
        lab.host().run("chown", USER + ":" + USER, own.toString());
        try (Job manager = manager(socket)) {
            Files.setAttribute(socket, "unix:gid", GROUP);
            Files.setAttribute(socket, "unix:mode", 0666);

            DaemonProcess.Ended member =
                    as(
                            GROUP,
                            image,
                            "port",
                            "add",
                            "vm",
                            "--network=lab",
                            "--socket=" + own.resolve("net.sock"),
                            "--control=" + socket);
            DaemonProcess.Ended other =
                    as(GROUP + 1, image, "port", "rm", "vm", "--control=" + socket);

            assertThat(member.status()).as(member.err() + manager.output()).isZero();
            assertThat(other.status()).as(other.err()).isEqualTo(77);
            assertThat(other.err()).contains("not for user " + USER, "control group");
            DaemonProcess.run(lab, "stop", "--control", socket.toString());
        }
    }

    private DaemonProcess.Ended as(int group, Path image, String... words) {
        List<String> user =
                List.of("setpriv", "--reuid=" + USER, "--regid=" + USER, "--groups=" + group, "--");
        return DaemonProcess.runBy(lab, user, image, words);
    }
}
