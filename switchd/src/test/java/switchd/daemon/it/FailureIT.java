package switchd.daemon.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.newsclub.net.unix.AFUNIXDatagramSocket;
import org.newsclub.net.unix.AFUNIXSocketAddress;
import switchd.daemon.lab.Frames;
import switchd.daemon.lab.Lab;
import switchd.daemon.lab.NeedsLab;
import switchd.daemon.lab.VmClient;

/// A daemon that fails from within: a thread that ends, a heap that is full, a loop that hangs. It
/// ends, with a status that has its manager start it anew, or is found out by the manager, and its
/// VMs go on with the next one as if nothing had been.
@NeedsLab
@Timeout(120)
final class FailureIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long WATCHDOG_MICROS = 200_000;
    private static final int SOFTWARE = 70;

    /// The JVM's own, by `-XX:+ExitOnOutOfMemoryError`.
    private static final int NO_MEMORY = 3;

    private static final String HEAP =
            "Terminating due to java.lang.OutOfMemoryError: Java heap space";

    private static final String ONE = "02:00:00:00:0f:01";
    private static final String TWO = "02:00:00:00:0f:02";

    /// What an operator finds.
    private record Fault(String thread, String what, int status, List<String> told) {}

    private static final List<Fault> FAULTS =
            List.of(
                    new Fault(
                            "loop",
                            "fail",
                            SOFTWARE,
                            List.of("ERROR switchd-loop has failed", "a planted fault")),
                    new Fault(
                            "control",
                            "fail",
                            SOFTWARE,
                            List.of(
                                    "a planted fault",
                                    "ERROR switchd-control has failed, and the process ends")),
                    new Fault("loop", "fill", NO_MEMORY, List.of(HEAP)),
                    new Fault("loop", "crowd", NO_MEMORY, List.of("crowded", HEAP)));

    private final Lab lab = Lab.bridged();
    private final Path one = lab.workspace().file("one/net.sock");
    private final Path two = lab.workspace().file("two/net.sock");
    private final Path control = lab.workspace().file("control/c.sock");
    private final Path faults = lab.workspace().file("faults");
    private final Path notify = lab.workspace().file("notify");

    @BeforeEach
    void makeDirectory() throws IOException {
        Files.createDirectory(faults);
    }

    @AfterEach
    void removeLab() {
        lab.close();
    }

    private DaemonProcess start(String... environment) throws IOException {
        List<String> by = new ArrayList<>(Faults.words(lab.workspace().file("faults.jar"), faults));
        by.addAll(List.of(environment));
        return DaemonProcess.startBy(
                lab,
                by,
                DaemonProcess.image(),
                "--isolated",
                "--name",
                "one",
                "--socket",
                one.toString(),
                "--name",
                "two",
                "--socket",
                two.toString(),
                "--control",
                control.toString(),
                "--keep-sockets",
                "30");
    }

    private Path order(String thread, String what) throws IOException {
        return Files.writeString(faults.resolve(thread), what);
    }

    private static void talk(VmClient from, String mac, VmClient to) {
        byte[] frame = Frames.sized(Frames.BROADCAST, mac, 60);
        from.send(frame);
        to.await(frame);
    }

    /// Wakes the control thread.
    private void come() throws IOException {
        SocketChannel.open(UnixDomainSocketAddress.of(control)).close();
    }

    @Test
    @SuppressWarnings("try") // ends early
    void whateverEndsItItsVmsGoOn() throws Exception {
        DaemonProcess daemon = start();
        try (VmClient first = VmClient.vfkit(one);
                VmClient second = VmClient.vfkit(two)) {
            daemon.awaitLog("one: VM attached");
            daemon.awaitLog("two: VM attached");
            talk(first, ONE, second);
            talk(second, TWO, first);
            ProcessHandle keeper = KeptLinksIT.awaitHeld(daemon);
            for (Fault fault : FAULTS) {
                KeptLinksIT.awaitHeld(keeper);
                Path order = order(fault.thread, fault.what);
                come();
                DaemonProcess.Ended end = daemon.awaitEnd(PATIENCE);
                assertThat(end.status()).as(end.err()).isEqualTo(fault.status);
                assertThat(end.err()).contains(fault.told);
                assertThat(end.out()).hasLineCount(1); // where the ports are
                Files.delete(order);
                daemon = start();
                assertThat(daemon.log()).contains("one: VM attached", "two: VM attached");
                talk(first, ONE, second);
                talk(second, TWO, first);
            }
            daemon.stop();
        }
    }

    /// As systemd has it with `WatchdogSec=`: it hears nothing any more, has the process say where
    /// it hangs, and ends it.
    @Test
    void aLoopThatHangsIsFoundOut() throws Exception {
        try (AFUNIXDatagramSocket systemd = AFUNIXDatagramSocket.newInstance()) {
            systemd.bind(AFUNIXSocketAddress.of(notify));
            systemd.setSoTimeout((int) PATIENCE.toMillis());
            try (DaemonProcess daemon =
                    start("NOTIFY_SOCKET=" + notify, "WATCHDOG_USEC=" + WATCHDOG_MICROS)) {
                assertThat(receive(systemd)).startsWith("READY=1");
                for (int i = 0; i < 4; i++) {
                    assertThat(receive(systemd)).isEqualTo("WATCHDOG=1");
                }
                order("loop", "hang");
                daemon.awaitLog("hanging");
                awaitSilence(systemd);
                daemon.signal("QUIT");
                daemon.awaitLog("\"switchd-loop\"[^\"]*Faults.strike");
                daemon.stop();
            }
        }
    }

    private static void awaitSilence(AFUNIXDatagramSocket systemd) throws IOException {
        systemd.setSoTimeout(1_000); // ten times as long as from one message to the next
        for (int i = 0; i < 100; i++) {
            try {
                assertThat(receive(systemd)).isEqualTo("WATCHDOG=1");
            } catch (SocketTimeoutException _) {
                return;
            }
        }
        throw new AssertionError("the watchdog is fed although the loop hangs");
    }

    private static String receive(AFUNIXDatagramSocket socket) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[1000], 1000);
        socket.receive(packet);
        return new String(packet.getData(), 0, packet.getLength(), UTF_8);
    }
}
