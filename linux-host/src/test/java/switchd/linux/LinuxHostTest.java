package switchd.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static switchd.linux.TestLan.BRIDGE;
import static switchd.linux.TestLan.CABLE;
import static switchd.linux.TestLan.NIC;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import switchd.core.HostException;
import switchd.core.InterfaceKind;
import switchd.core.InterfaceName;
import switchd.core.Lan;
import switchd.core.LanMember;
import switchd.core.MacAddress;
import switchd.core.Uplink;
import switchd.posix.testkit.NeedsRoot;

@NeedsRoot
@Timeout(30)
class LinuxHostTest {
    private static final InterfaceName ABSENT = new InterfaceName("absent0");

    @Test
    void aBridgeIsALanOfItsMtu() throws Exception {
        TestLan.run(
                true,
                lan -> {
                    lan.netlink.setMtu(NIC, 1400);
                    Lan opened = lan.host.openBridge(BRIDGE);
                    assertThat(opened.interfaceName()).isEqualTo(BRIDGE);
                    assertThat(opened.mtu()).isEqualTo(1400);
                    assertThat(opened.connectsUplinks()).isTrue();
                    assertThat(opened.notices()).isEmpty();
                });
    }

    @Test
    void theMembersOfABridgeAreTold() throws Exception {
        TestLan.run(
                true,
                lan -> {
                    Lan bridge = lan.host.openBridge(BRIDGE);
                    LanMember nic = new LanMember(NIC, InterfaceKind.VETH, 1500, true, false);
                    assertThat(bridge.members()).containsExactly(nic);
                    Uplink uplink = bridge.openUplink(lan.slots);
                    InterfaceName tap = uplink.interfaceName();
                    assertThat(bridge.members())
                            .containsExactlyInAnyOrder(
                                    nic, new LanMember(tap, InterfaceKind.TAP, 1500, true, false));
                    uplink.close();
                    IpCommand.run("link set nic0 down");
                    assertThat(bridge.members())
                            .containsExactly(
                                    new LanMember(NIC, InterfaceKind.VETH, 1500, false, false));
                    lan.netlink.delete(BRIDGE);
                    assertThatThrownBy(bridge::members).hasMessageContaining("ENODEV (19)");
                });
    }

    @Test
    void aNicIsItsOwnOnlyMember() throws Exception {
        TestLan.run(
                false,
                lan -> {
                    Lan opened = lan.host.openInterface(NIC);
                    lan.netlink.setMtu(NIC, 1400);
                    assertThat(opened.members())
                            .containsExactly(
                                    new LanMember(NIC, InterfaceKind.VETH, 1400, true, false));
                });
    }

    @Test
    void kindsAreToldByWhatTheKernelSays() {
        assertThat(link(1, "")).isEqualTo(InterfaceKind.ETHERNET);
        assertThat(link(1, "vlan")).isEqualTo(InterfaceKind.VLAN);
        assertThat(link(1, "bond")).isEqualTo(InterfaceKind.BOND);
        assertThat(link(1, "bridge")).isEqualTo(InterfaceKind.BRIDGE);
        assertThat(link(1, "macvlan")).isEqualTo(InterfaceKind.OTHER);
        assertThat(link(0xfffe, "tun")).isEqualTo(InterfaceKind.OTHER);
    }

    private static InterfaceKind link(int type, String kind) {
        return new LinkStatus(1, "x0", type, 1, 1500, 0, kind, new MacAddress(0), false)
                .interfaceKind();
    }

    @Test
    void aMissingBridgeIsToldWithTheOthers() throws Exception {
        TestLan.run(
                true,
                lan ->
                        assertThatThrownBy(() -> lan.host.openBridge(ABSENT))
                                .isInstanceOf(HostException.class)
                                .hasMessage(
                                        "there is no bridge absent0: create it with --create-bridge (\"create\": true in a file),"
                                                + " or with `ip link add absent0 type bridge && ip link set absent0 up`,"
                                                + " or name one of the bridges: br0"));
        TestLan.run(
                false,
                lan ->
                        assertThatThrownBy(() -> lan.host.openBridge(ABSENT))
                                .isInstanceOf(HostException.class)
                                .hasMessageEndingWith("there is no other bridge on this host"));
    }

    @Test
    void aBridgeThatIsMadeGoesWithItsLan() throws Exception {
        TestLan.run(
                true,
                lan -> {
                    Lan made = lan.host.openOrCreateBridge(ABSENT);
                    made.openUplink(lan.slots).close();
                    assertThat(lan.host.openBridge(ABSENT).interfaceName()).isEqualTo(ABSENT);
                    made.close();
                    made.close();
                    assertThatThrownBy(() -> lan.host.openBridge(ABSENT))
                            .isInstanceOf(HostException.class);
                });
    }

    @Test
    void aBridgeThatWasThereStays() throws Exception {
        TestLan.run(
                true,
                lan -> {
                    lan.host.openOrCreateBridge(TestLan.BRIDGE).close();
                    lan.host.openBridge(TestLan.BRIDGE);
                });
    }

    @Test
    void whatIsNoBridgeIsToldWithTheCure() throws Exception {
        TestLan.run(
                true,
                lan ->
                        assertThatThrownBy(() -> lan.host.openBridge(NIC))
                                .isInstanceOf(HostException.class)
                                .hasMessage(
                                        "nic0 is no bridge but of kind veth: use it with"
                                                + " --interface nic0, or name one of the bridges:"
                                                + " br0"));
    }

    @Test
    void aBridgeThatIsDownOrTooLargeIsToldWithTheCure() throws Exception {
        TestLan.run(
                true,
                lan -> {
                    IpCommand.run("link set br0 down");
                    assertThatThrownBy(() -> lan.host.openBridge(BRIDGE))
                            .isInstanceOf(HostException.class)
                            .hasMessage(
                                    "the bridge br0 is down: switch it on with `ip link set br0"
                                            + " up`");
                    lan.netlink.setUp(BRIDGE);
                    lan.netlink.setMtu(BRIDGE, 65_535);
                    assertThatThrownBy(() -> lan.host.openBridge(BRIDGE))
                            .isInstanceOf(HostException.class)
                            .hasMessage(
                                    "the bridge br0 has an MTU of 65535, a TAP has at most 65521:"
                                            + " `ip link set br0 mtu 65521`");
                    lan.netlink.setMtu(BRIDGE, Tap.LARGEST_MTU);
                    lan.host.openBridge(BRIDGE).openUplink(lan.slots).close();
                });
    }

    @Test
    void aMemberWithASmallerMtuIsANotice() throws Exception {
        TestLan.run(
                true,
                lan -> {
                    lan.netlink.setMtu(BRIDGE, 9000);
                    Lan opened = lan.host.openBridge(BRIDGE);
                    assertThat(opened.mtu()).isEqualTo(9000);
                    assertThat(opened.notices())
                            .containsExactly(
                                    "br0 has an MTU of 9000, its member nic0 one of 1500 only:"
                                            + " longer frames get lost there; `ip link set br0 mtu"
                                            + " 1500`");
                });
    }

    @Test
    void aNicIsALanOfItsMtuWithoutTheHost() throws Exception {
        TestLan.run(
                false,
                lan -> {
                    lan.netlink.setMtu(NIC, 1400);
                    Lan opened = lan.host.openInterface(NIC);
                    assertThat(opened.interfaceName()).isEqualTo(NIC);
                    assertThat(opened.mtu()).isEqualTo(1400);
                    assertThat(opened.connectsUplinks()).isFalse();
                    assertThat(opened.notices())
                            .anyMatch(notice ->
                                    notice.startsWith(
                                            "this host and VMs on the interface nic0 cannot"
                                                    + " talk to one another"))
                            .anyMatch(notice -> notice.contains("nic0 is a veth"));
                });
    }

    /// The kernel lets a bridge put frames together from the start, and a veth on demand.
    @Test
    void framesPutTogetherAreANotice() throws Exception {
        TestLan.run(
                true,
                lan -> {
                    assertThat(lan.host.openInterface(NIC).notices())
                            .noneMatch(notice -> notice.contains("gro"));
                    assertThat(lan.host.openInterface(BRIDGE).notices())
                            .contains(
                                    "br0 puts received frames together to some that are longer"
                                            + " than its MTU (gro), and these get lost; `ethtool"
                                            + " -K br0 gro off`");
                });
    }

    @Test
    void aNicInABridgeIsANotice() throws Exception {
        TestLan.run(
                true,
                lan -> {
                    assertThat(lan.host.openInterface(NIC).notices())
                            .contains(
                                    "nic0 is a member of br0: --bridge br0 also connects the host");
                    assertThat(lan.host.openInterface(BRIDGE).notices())
                            .contains("br0 is a bridge: --bridge br0 also connects the host");
                });
    }

    @Test
    void anUnfitNicIsToldWithTheCure() throws Exception {
        TestLan.run(
                false,
                lan -> {
                    assertThatThrownBy(() -> lan.host.openInterface(ABSENT))
                            .isInstanceOf(HostException.class)
                            .hasMessageStartingWith("there is no interface absent0: name one of: ")
                            .hasMessageContaining(NIC.value())
                            .hasMessageContaining(CABLE.value());
                    assertThatThrownBy(() -> lan.host.openInterface(new InterfaceName("lo")))
                            .isInstanceOf(HostException.class)
                            .hasMessageStartingWith("lo carries no Ethernet frames: name one of: ")
                            .hasMessageNotContaining(" lo");
                    IpCommand.run("link set nic0 down");
                    assertThatThrownBy(() -> lan.host.openInterface(NIC))
                            .isInstanceOf(HostException.class)
                            .hasMessage(
                                    "the interface nic0 is down: switch it on with `ip link set"
                                            + " nic0 up`");
                });
    }

    @Test
    void aHostWithoutNicsSaysSo() throws Exception {
        try (NetworkNamespace empty = NetworkNamespace.open("empty")) {
            assertThatThrownBy(() ->
                            empty.call(linux -> {
                                try (var arena = Arena.ofConfined()) {
                                    return new LinuxHost(linux, arena).openInterface(ABSENT);
                                }
                            }))
                    .isInstanceOf(HostException.class)
                    .hasMessageContaining("none on this host carries Ethernet and is up");
        }
    }
}
