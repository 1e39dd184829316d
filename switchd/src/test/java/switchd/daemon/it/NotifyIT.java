package switchd.daemon.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.newsclub.net.unix.AFUNIXDatagramSocket;
import org.newsclub.net.unix.AFUNIXSocketAddress;
import switchd.daemon.lab.Lab;
import switchd.daemon.lab.NeedsLab;

/// What the daemon tells whoever starts it as systemd does.
@NeedsLab
@Timeout(60)
final class NotifyIT {
    private final Lab lab = Lab.bridged();

    @AfterEach
    void removeLab() {
        lab.close();
    }

    private static String receive(AFUNIXDatagramSocket socket) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[1000], 1000);
        socket.receive(packet);
        return new String(packet.getData(), 0, packet.getLength(), UTF_8);
    }

    private DaemonProcess start(Path notify) {
        return DaemonProcess.startBy(
                lab,
                List.of("env", "NOTIFY_SOCKET=" + notify),
                DaemonProcess.image(),
                "--bridge",
                Lab.BRIDGE,
                "--socket",
                lab.workspace().file("port/net.sock").toString());
    }

    @Test
    void itSaysWhenItIsReadyAndWhenItEnds() throws Exception {
        Path path = lab.workspace().file("notify");
        try (AFUNIXDatagramSocket systemd = AFUNIXDatagramSocket.newInstance()) {
            systemd.bind(AFUNIXSocketAddress.of(path));
            systemd.setSoTimeout(20_000);
            try (DaemonProcess daemon = start(path)) {
                assertThat(receive(systemd)).startsWith("READY=1\nSTATUS=ports: 1");
                daemon.stop();
                assertThat(receive(systemd)).isEqualTo("STOPPING=1");
            }
        }
    }

    @Test
    void nobodyWhoListensIsNoReasonNotToStart() {
        try (DaemonProcess daemon = start(lab.workspace().file("nobody"))) {
            daemon.awaitLog("WARNING the service manager is not told: .*ENOENT");
            daemon.stop();
        }
    }
}
