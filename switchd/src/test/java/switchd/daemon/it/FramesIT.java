package switchd.daemon.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import switchd.daemon.lab.Capture;
import switchd.daemon.lab.Frames;
import switchd.daemon.lab.Ip4;
import switchd.daemon.lab.Lab;
import switchd.daemon.lab.NeedsLab;
import switchd.daemon.lab.Station;
import switchd.daemon.lab.VmClient;

/// What becomes of a VM's frames, one by one: the VM is a plain socket client, and what reaches the
/// LAN is captured there.
@NeedsLab
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
final class FramesIT {
    private static final String MAC = "02:00:00:00:0b:01";
    private static final String OTHER = "02:00:00:00:0b:02";
    private static final String GROUP = "03:00:00:00:0b:01";
    private static final Station VM = new Station(MAC, "10.77.0.50");
    private static final int FENCE = Frames.HEADER + 46;

    private final Lab bridged = Lab.bridged();
    private final Lab wired = Lab.wired(1500);

    enum Network {
        BRIDGE,
        INTERFACE
    }

    @AfterAll
    void removeLans() {
        try (bridged;
                wired) {
            // Both, also where one fails.
        }
    }

    private Lab lab(Network network) {
        return network == Network.BRIDGE ? bridged : wired;
    }

    private DaemonProcess start(Network network, String... options) {
        Lab lab = lab(network);
        List<String> all = new ArrayList<>();
        all.addAll(
                network == Network.BRIDGE
                        ? List.of("--bridge", Lab.BRIDGE)
                        : List.of("--interface", Lab.NIC));
        all.addAll(List.of("--socket", socket(lab).toString()));
        all.addAll(List.of(options));
        return DaemonProcess.start(lab, all.toArray(String[]::new));
    }

    private static Path socket(Lab lab) {
        return lab.workspace().file("frames/net.sock");
    }

    @Test
    void vfkitsGreetingIsNoFrame() {
        try (DaemonProcess daemon = start(Network.BRIDGE);
                Capture lan = Capture.onLan(bridged);
                VmClient vm = VmClient.vfkit(daemon.socket("vm0"))) {
            byte[] question = Frames.arpRequest(MAC, VM.ip(), Lab.LAN_ADDRESS);
            vm.send(question);
            vm.await("an ARP reply", frame -> Frames.isArpReply(frame, Lab.LAN_ADDRESS));
            byte[] echo = Ip4.echoRequest(VM, Station.LAN, 7, 1, new byte[1400]);
            vm.send(echo);
            vm.await("an echo reply", frame -> Ip4.isEchoReply(frame, Lab.LAN_ADDRESS, 7, 1));
            List<byte[]> seen = fromVm(lan.fence(MAC, vm::send));

            assertThat(seen).containsExactly(question, echo);
            Traffic traffic = daemon.stop().of("vm0");
            assertThat(traffic.toLan())
                    .isEqualTo(
                            new Traffic.Direction(
                                    3, question.length + echo.length + FENCE, Map.of()));
        }
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void aFirstFrameWithoutAGreetingIsNotLost(boolean connected) {
        try (DaemonProcess daemon = start(Network.BRIDGE);
                Capture lan = Capture.onLan(bridged)) {
            Path socket = daemon.socket("vm0");
            Path local = socket.resolveSibling("client.sock");
            try (VmClient vm =
                    connected
                            ? VmClient.connected(socket, local)
                            : VmClient.unconnected(socket, local)) {
                byte[] question = Frames.arpRequest(MAC, VM.ip(), Lab.LAN_ADDRESS);
                vm.send(question);
                vm.await("an ARP reply", frame -> Frames.isArpReply(frame, Lab.LAN_ADDRESS));

                assertThat(fromVm(lan.fence(MAC, vm::send))).containsExactly(question);
            }
            assertThat(daemon.stop().of("vm0").toLan().dropped()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"BRIDGE", "INTERFACE"})
    void whatIsNoLawfulFrameOfTheVmIsDroppedAndCounted(Network network) {
        try (DaemonProcess daemon = start(network, "--mac", MAC);
                Capture lan = Capture.onLan(lab(network));
                VmClient vm = VmClient.vfkit(daemon.socket("vm0"))) {
            byte[] shortest = Frames.sized(Lab.LAN_MAC, MAC, 14);
            byte[] longest = Frames.sized(Lab.LAN_MAC, MAC, 1514);
            byte[] tagged = Frames.tagged(longest, 5);
            vm.send(shortest);
            for (int length : new int[] {1, 4, 13}) {
                vm.send(new byte[length]);
            }
            vm.send(longest);
            vm.send(tagged);
            for (int length : new int[] {1519, 2000, 9018, 65_550, 100_000}) {
                vm.send(Frames.sized(Lab.LAN_MAC, MAC, length));
            }
            for (int i = 0; i < 3; i++) {
                vm.send(Frames.sized(Lab.LAN_MAC, OTHER, 60));
                vm.send(Frames.sized(Frames.BROADCAST, OTHER, 60));
            }
            vm.send(Frames.sized(Lab.LAN_MAC, GROUP, 60));
            vm.send(Frames.sized(Frames.BROADCAST, Frames.BROADCAST, 60));
            List<byte[]> seen = lan.fence(MAC, vm::send);

            assertThat(seen).containsExactly(shortest, longest, tagged);
            daemon.awaitLog("WARNING vm0: the VM sends from " + OTHER + ".* for " + MAC);
            Traffic traffic = daemon.stop().of("vm0");
            assertThat(traffic.toLan())
                    .isEqualTo(
                            new Traffic.Direction(
                                    4,
                                    14 + 1514 + 1518 + FENCE,
                                    Map.of("runt", 3L, "oversize", 5L, "foreignSource", 8L)));
            // Said once, with both addresses and what to do.
            assertThat(daemon.log().lines().filter(line -> line.contains("the VM sends from")))
                    .singleElement()
                    .asString()
                    .contains(
                            "mac=" + MAC, "--mac " + OTHER, "--mac any where a bridge runs inside");
        }
    }

    @Test
    void withoutAnAddressGivenTheVmsFirstOneCounts() {
        try (DaemonProcess daemon = start(Network.BRIDGE, "--mac", "auto");
                Capture lan = Capture.onLan(bridged)) {
            byte[] foreign = Frames.sized(Lab.LAN_MAC, OTHER, 60);
            try (VmClient vm = VmClient.vfkit(daemon.socket("vm0"))) {
                byte[] own = Frames.sized(Lab.LAN_MAC, MAC, 60);
                vm.send(Frames.sized(Lab.LAN_MAC, GROUP, 60));
                vm.send(own);
                vm.send(foreign);
                assertThat(lan.fence(MAC, vm::send)).containsExactly(own);
            }
            // The next VM may have another.
            try (VmClient vm = VmClient.vfkit(daemon.socket("vm0"))) {
                vm.send(foreign);
                assertThat(lan.fence(OTHER, vm::send)).contains(foreign);
            }
            assertThat(daemon.stop().of("vm0").toLan().dropped())
                    .isEqualTo(Map.of("foreignSource", 2L));
        }
    }

    @Test
    void withAnyAddressOnlyGroupsAreNoSources() {
        try (DaemonProcess daemon = start(Network.BRIDGE, "--mac", "any");
                Capture lan = Capture.onLan(bridged);
                VmClient vm = VmClient.vfkit(daemon.socket("vm0"))) {
            byte[] one = Frames.sized(Lab.LAN_MAC, MAC, 60);
            byte[] other = Frames.sized(Lab.LAN_MAC, OTHER, 60);
            vm.send(one);
            vm.send(other);
            vm.send(Frames.sized(Lab.LAN_MAC, GROUP, 60));

            assertThat(lan.fence(MAC, vm::send)).containsExactly(one, other);
            assertThat(daemon.stop().of("vm0").toLan().dropped())
                    .isEqualTo(Map.of("foreignSource", 1L));
        }
    }

    @Test
    void aSecondClientIsKeptOutWhileTheFirstLives() {
        try (DaemonProcess daemon = start(Network.BRIDGE);
                Capture lan = Capture.onLan(bridged);
                VmClient vm = VmClient.vfkit(daemon.socket("vm0"))) {
            byte[] own = Frames.sized(Lab.LAN_MAC, MAC, 60);
            vm.send(own);
            lan.await("the VM's frame", frame -> Frames.source(frame).equals(MAC));
            try (VmClient stranger = VmClient.vfkit(daemon.socket("vm0"))) {
                stranger.send(Frames.sized(Lab.LAN_MAC, OTHER, 60));
                daemon.awaitLog("WARNING vm0: client refused: " + stranger.local() + ": .*stop");
            }
            assertThat(lan.fence(MAC, vm::send)).containsExactly(own);
            assertThat(daemon.stop().of("vm0").toLan().dropped()).isEqualTo(Map.of("detached", 2L));
        }
    }

    private static List<byte[]> fromVm(List<byte[]> frames) {
        return frames.stream().filter(frame -> Frames.source(frame).equals(MAC)).toList();
    }
}
