package switchd.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static switchd.linux.TestFrames.frame;
import static switchd.linux.TestFrames.untilResent;
import static switchd.linux.TestLan.BRIDGE;
import static switchd.linux.TestLan.BROADCAST;
import static switchd.linux.TestLan.NIC;
import static switchd.linux.TestLan.VM;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import switchd.core.FrameBatch;
import switchd.core.HostException;
import switchd.core.InterfaceName;
import switchd.core.MacAddress;
import switchd.core.Reception;
import switchd.core.SyscallException;
import switchd.core.Uplink;
import switchd.posix.testkit.NeedsRoot;

/// TAPs that join, leave, and are meddled with by others.
@NeedsRoot
@Timeout(30)
class TapLifecycleTest extends UplinkFixture {
    TapLifecycleTest() {
        super(true);
    }

    @Test
    void theTapJoinsWithTheBridgesMtuAndLeavesItsAddressAlone() throws Exception {
        TestLan.run(
                true,
                lan -> {
                    lan.netlink.setMtu(NIC, 1400);
                    LinkStatus before = lan.netlink.require(BRIDGE);
                    assertThat(before.mtu()).isEqualTo(1400);
                    try (Uplink uplink = open(lan)) {
                        LinkStatus tap = lan.netlink.require(uplink.interfaceName());
                        assertThat(tap.name()).startsWith("swtap");
                        assertThat(tap.mtu()).isEqualTo(1400);
                        assertThat(tap.master()).isEqualTo(before.index());
                        assertThat(tap.isUp()).isTrue();
                        assertThat(tap.address().toString()).startsWith("fe:ff:");
                        assertThat(lan.netlink.require(BRIDGE)).isEqualTo(before);
                    }
                    assertThat(lan.netlink.require(BRIDGE).address()).isEqualTo(before.address());
                });
    }

    @Test
    void everyPortHasATapOfItsOwnAndClosingLeavesNothing() throws Exception {
        TestLan.run(
                true,
                lan -> {
                    List<LinkStatus> before = lan.netlink.links();
                    Uplink first = open(lan);
                    Uplink second = open(lan);
                    assertThat(first.interfaceName()).isNotEqualTo(second.interfaceName());
                    assertThat(lan.netlink.links()).hasSize(before.size() + 2);
                    first.close();
                    second.close();
                    second.close();
                    assertThat(names(lan.netlink.links())).isEqualTo(names(before));
                });
    }

    private static List<String> names(List<LinkStatus> links) {
        return links.stream().map(LinkStatus::name).toList();
    }

    /// Otherwise the host greets the VM through the TAP: router solicitations, multicast reports,
    /// duplicate address detection.
    @Test
    void theHostSendsNothingOfItsOwnThroughTheTap() throws Exception {
        TestLan.run(
                true,
                lan -> {
                    try (Uplink uplink = open(lan)) {
                        uplink.accept(new Reception.Everything());
                        LinkStatus tap = lan.netlink.require(uplink.interfaceName());
                        Path addresses = Path.of("/proc/thread-self/net/if_inet6");
                        assertThat(Files.readString(addresses)).doesNotContain(tap.name());
                        // The first report would be due at once, the others within a second.
                        assertThat(sourcesIn(lan, uplink, Duration.ofMillis(1500)))
                                .noneMatch(source -> source.equals(tap.address()));
                    }
                });
    }

    /// The sources of all frames that come in that time.
    private static List<MacAddress> sourcesIn(TestLan lan, Uplink uplink, Duration time)
            throws Exception {
        List<MacAddress> sources = new ArrayList<>();
        long deadline = System.nanoTime() + time.toNanos();
        try (EpollPoller poller = EpollPoller.open(lan.linux, lan.arena)) {
            poller.watch(uplink.fd(), 1, true, false);
            for (long left = time.toNanos(); left > 0; left = deadline - System.nanoTime()) {
                poller.await(left);
                FrameBatch batch = uplink.receive(FrameBatch.CAPACITY);
                for (int i = 0; i < batch.count(); i++) {
                    sources.add(new MacAddress(batch.source(i)));
                }
            }
        }
        return sources;
    }

    @Test
    void aTapThatIsDownHasNoRoomAndMayComeBack() throws Exception {
        withUplink((lan, uplink) -> {
            FrameBatch batch = TestFrames.batch(lan.arena, frame(BROADCAST, VM, "again"));
            IpCommand.run("link set " + uplink.interfaceName() + " down");
            assertThat(uplink.send(batch, 0)).isZero();
            assertThat(uplink.receive(FrameBatch.CAPACITY).count()).isZero();

            lan.netlink.setUp(uplink.interfaceName());
            untilResent(
                    lan.linux,
                    lan.station,
                    "again",
                    () -> assertThat(uplink.send(batch, 0)).isEqualTo(1));
            untilResent(lan.linux, uplink, "here", () -> lan.sendsTo(VM, "here"));
        });
    }

    @Test
    void aTapOutsideItsBridgeTakesFramesAndMayComeBack() throws Exception {
        withUplink((lan, uplink) -> {
            lan.netlink.setNoMaster(uplink.interfaceName());
            TestFrames.send(lan.arena, uplink, frame(BROADCAST, VM, "nowhere"));
            assertThat(uplink.receive(FrameBatch.CAPACITY).count()).isZero();

            lan.netlink.setMaster(uplink.interfaceName(), BRIDGE);
            FrameBatch back = TestFrames.batch(lan.arena, frame(BROADCAST, VM, "back"));
            assertThat(untilResent(lan.linux, lan.station, "back", () -> uplink.send(back, 0)))
                    .doesNotContain("nowhere");
        });
    }

    @Test
    void aDeletedTapIsLostAndSaysSo() throws Exception {
        withUplink((lan, uplink) -> {
            List<String> losses = new ArrayList<>();
            uplink.whenLost(losses::add);
            try (EpollPoller poller = EpollPoller.open(lan.linux, lan.arena)) {
                poller.watch(uplink.fd(), 1, true, false);
                lan.netlink.delete(uplink.interfaceName());
                assertThat(poller.await(-1)).isEqualTo(1);
                assertThat(poller.isReadable(0)).isTrue();
            }
            String removed = uplink.interfaceName() + " was removed";
            assertThat(uplink.receive(FrameBatch.CAPACITY).count()).isZero();
            assertThat(losses).containsExactly(removed);
            FrameBatch batch = TestFrames.batch(lan.arena, frame(BROADCAST, VM, "x"));
            assertThat(uplink.send(batch, 0)).isZero();
            assertThat(losses).containsExactly(removed, removed);
            assertThatThrownBy(() -> uplink.accept(new Reception.Groups()))
                    .isInstanceOf(SyscallException.class);
        });
    }

    @Test
    void anMtuThatSomebodyGoesOnToChangeIsNotFoughtWithoutAPause() throws Exception {
        TestLan.run(
                true,
                lan -> {
                    // Outside of a loop, whose time stands still.
                    BridgeLan bridge = (BridgeLan) lan.host.openBridge(BRIDGE);
                    try (Uplink uplink = bridge.openUplink(lan.slots)) {
                        InterfaceName tap = uplink.interfaceName();
                        int right = lan.netlink.require(tap).mtu();
                        lan.netlink.setMtu(tap, 1400);
                        bridge.look(lan.netlink.links());
                        assertThat(lan.netlink.require(tap).mtu()).isEqualTo(right);
                        lan.netlink.setMtu(tap, 1400);
                        bridge.look(lan.netlink.links());
                        assertThat(lan.netlink.require(tap).mtu()).isEqualTo(1400);
                    } finally {
                        bridge.close();
                    }
                });
    }

    @Test
    void aTapThatSomebodyLetsMeetOthersIsKeptApartAgain() throws Exception {
        TestLan.run(
                true,
                lan -> {
                    BridgeLan bridge = (BridgeLan) lan.host.openBridge(BRIDGE);
                    try (Uplink apart = bridge.openUplink(lan.slots);
                            Uplink other = bridge.openUplink(lan.slots)) {
                        apart.keepApart();
                        bridge.look(lan.netlink.links());
                        assertThat(isIsolated(lan, apart)).isTrue();
                        assertThat(isIsolated(lan, other)).isFalse();
                        IpCommand.run(
                                "link set dev %s type bridge_slave isolated off"
                                        .formatted(apart.interfaceName()));
                        assertThat(isIsolated(lan, apart)).isFalse();
                        bridge.look(lan.netlink.links());
                        assertThat(isIsolated(lan, apart)).isTrue();
                        assertThat(isIsolated(lan, other)).isFalse();
                    } finally {
                        bridge.close();
                    }
                });
    }

    private static boolean isIsolated(TestLan lan, Uplink uplink) throws Exception {
        return lan.netlink.require(uplink.interfaceName()).isolated();
    }

    @Test
    void aBridgeThatHasGoneMeanwhileLeavesNoTap() throws Exception {
        TestLan.run(
                true,
                lan -> {
                    var bridge = lan.host.openBridge(BRIDGE);
                    lan.netlink.delete(BRIDGE);
                    List<String> before = names(lan.netlink.links());
                    assertThatThrownBy(() -> bridge.openUplink(lan.slots))
                            .isInstanceOf(HostException.class)
                            .hasMessageContaining("there is no bridge br0");
                    assertThat(names(lan.netlink.links())).isEqualTo(before);
                });
    }
}
