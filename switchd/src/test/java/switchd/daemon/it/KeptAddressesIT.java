package switchd.daemon.it;

import static org.assertj.core.api.Assertions.assertThat;
import static switchd.core.testkit.Frames.BROADCAST;
import static switchd.core.testkit.Packets.arp;
import static switchd.core.testkit.Packets.dhcp;
import static switchd.core.testkit.Packets.four;
import static switchd.core.testkit.Packets.udp;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import switchd.core.MacAddress;
import switchd.daemon.lab.Await;
import switchd.daemon.lab.Lab;
import switchd.daemon.lab.NeedsLab;
import switchd.daemon.lab.VmClient;
import tools.jackson.databind.JsonNode;

/// What a killed daemon has learnt of a VM, its hardware address and its lease, holds for the next
/// one: the VM is heard at once, and nobody else in its place.
@NeedsLab
@Timeout(120)
final class KeptAddressesIT {
    private static final MacAddress VM = MacAddress.parse("02:00:00:00:1d:01");
    private static final MacAddress OTHER = MacAddress.parse("02:00:00:00:1d:02");
    private static final MacAddress SERVER = MacAddress.parse("02:00:00:00:1d:99");
    private static final String NONE = "0.0.0.0";
    private static final String ALL = "255.255.255.255";
    private static final String ROUTER = "10.77.0.99";
    private static final String HAS = "10.77.0.64";

    /// Longer than the daemon waits between two notes of what it knows.
    private static final double WRITTEN_SECONDS = 0.2;

    private final Lab lab = Lab.bridged();
    private final Path control = lab.workspace().file("control/c.sock");
    private final Path config = lab.workspace().file("switchd.json");
    private final Client client = new Client(lab, control.toString());

    @AfterEach
    void removeLab() {
        lab.close();
    }

    private Path socket(String port) {
        return lab.workspace().file(port + "/net.sock");
    }

    private DaemonProcess start() {
        return DaemonProcess.start(
                lab, "--config", config.toString(), "--control", control.toString());
    }

    private static byte[] ask() {
        byte[] message = udp(68, 67, dhcp(1, 3, 7, VM, NONE, HAS, 0));
        return four(BROADCAST, VM, NONE, ALL, 17, 0, message);
    }

    private static byte[] answer() {
        byte[] message = udp(67, 68, dhcp(2, 5, 7, VM, NONE, HAS, 3600));
        return four(VM, SERVER, ROUTER, HAS, 17, 0, message);
    }

    private static byte[] packet(MacAddress from, String source) {
        return four(SERVER, from, source, ROUTER, 17, 0, udp(1000, 2000));
    }

    private JsonNode lease() {
        return client.port("vm").path("ipAddresses").path(0);
    }

    private long drops(String cause) {
        return client.port("vm").path("toLan").path("drops").path(cause).asLong(0);
    }

    @Test
    void whatIsKnownOfAVmOutlivesTheDaemon() throws Exception {
        // The server is on another network, and so on the LAN, for the VM's.
        Files.writeString(
                config,
                """
                {"networks": [{"name": "lan", "kind": "bridge", "bridge": "%1$s", "ipGuard": "dhcp"},
                              {"name": "other", "kind": "bridge", "bridge": "%1$s"}],
                 "ports": [{"name": "vm", "network": "lan", "socket": "%2$s"},
                           {"name": "server", "network": "other", "socket": "%3$s"}],
                 "keepSockets": 15}
                """
                        .formatted(Lab.BRIDGE, socket("vm"), socket("server")));
        DaemonProcess daemon = start();
        try (VmClient server = VmClient.vfkit(socket("server"));
                VmClient vm = VmClient.vfkit(socket("vm"))) {
            byte[] hello = arp(SERVER, 1, ROUTER, HAS);
            server.send(hello);
            vm.await("a broadcast", frame -> Arrays.equals(frame, hello));
            vm.send(ask());
            server.await("the question", frame -> Arrays.equals(frame, ask()));
            server.send(answer());
            vm.await("the answer", frame -> Arrays.equals(frame, answer()));
            double granted = lease().path("expiresSeconds").asDouble(0);
            assertThat(granted).isGreaterThan(3000);
            Await.until(
                    "time for a note",
                    Await.SHORT,
                    () -> lease().path("expiresSeconds").asDouble(0) < granted - WRITTEN_SECONDS);
            KeptLinksIT.awaitHeld(daemon);
            KeptLinksIT.kill(daemon);
            vm.send(
                    packet(
                            OTHER,
                            HAS)); // waits in the link: the first frame that the next one gets

            start();
            Await.until("the other's end", Await.SHORT, () -> drops("foreignSource") == 1);
            assertThat(lease().path("address").asString()).isEqualTo(HAS);
            assertThat(lease().path("source").asString()).isEqualTo("dhcp4");
            assertThat(lease().path("expiresSeconds").asDouble(0)).isBetween(3000.0, granted);
            vm.send(packet(VM, "10.77.0.65"));
            Await.until("what is not its own", Await.SHORT, () -> drops("ipSource") == 1);
            vm.send(packet(VM, HAS));
            server.await("the VM", frame -> Arrays.equals(frame, packet(VM, HAS)));
        }
    }
}
