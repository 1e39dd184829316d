package switchd.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static switchd.linux.TestLan.BRIDGE;
import static switchd.linux.TestLan.CABLE;
import static switchd.linux.TestLan.NIC;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import switchd.core.InterfaceName;
import switchd.core.MacAddress;
import switchd.core.SyscallException;
import switchd.posix.testkit.NeedsRoot;

@NeedsRoot
@Timeout(30)
class RtnetlinkTest {
    private static final InterfaceName ABSENT = new InterfaceName("absent0");

    @Test
    void interfacesAreToldAsTheyAre() throws Exception {
        TestLan.run(
                true,
                lan -> {
                    LinkStatus bridge = lan.netlink.require(BRIDGE);
                    assertThat(bridge.isBridge()).isTrue();
                    assertThat(bridge.isUp()).isTrue();
                    assertThat(bridge.isEthernet()).isTrue();
                    LinkStatus nic = lan.netlink.require(NIC);
                    assertThat(nic.kind()).isEqualTo("veth");
                    assertThat(nic.master()).isEqualTo(bridge.index());
                    assertThat(nic.mtu()).isEqualTo(1500);
                    LinkStatus loopback = lan.netlink.require(new InterfaceName("lo"));
                    assertThat(loopback.isEthernet()).isFalse();
                    assertThat(loopback.isUp()).isTrue();
                    assertThat(loopback.kind()).isEmpty();
                    assertThat(loopback.master()).isZero();
                    assertThat(lan.netlink.members(bridge.index())).containsExactly(nic);
                });
    }

    @Test
    void thereAreAsManyAsThereAre() throws Exception {
        TestLan.run(
                false,
                lan -> {
                    for (int i = 0; i < 100; i++) {
                        lan.netlink.addBridge(new InterfaceName("many" + i));
                    }
                    List<String> names =
                            lan.netlink.links().stream().map(LinkStatus::name).toList();
                    assertThat(names).hasSize(103).doesNotHaveDuplicates().contains("many99", "lo");
                });
    }

    @Test
    void whatIsSetIsSet() throws Exception {
        TestLan.run(
                true,
                lan -> {
                    MacAddress address = MacAddress.parse("02:11:22:33:44:55");
                    lan.netlink.setNoMaster(NIC);
                    lan.netlink.setMtu(NIC, 1234);
                    lan.netlink.setAddress(NIC, address);
                    LinkStatus nic = lan.netlink.require(NIC);
                    assertThat(nic.master()).isZero();
                    assertThat(nic.mtu()).isEqualTo(1234);
                    assertThat(nic.address()).isEqualTo(address);
                    assertThat(nic.isUp()).isTrue();
                });
    }

    @Test
    void aVethReachesIntoAnotherNamespaceAndAddressesAreGiven() throws Exception {
        try (NetworkNamespace other = NetworkNamespace.open("other")) {
            TestLan.run(
                    false,
                    lan -> {
                        InterfaceName here = new InterfaceName("here0");
                        InterfaceName there = new InterfaceName("there0");
                        lan.netlink.addVeth(here, there, other.fd());
                        assertThat(lan.netlink.find(there)).isNull();
                        other.call(linux -> {
                            try (Rtnetlink netlink = Rtnetlink.open(linux)) {
                                assertThat(netlink.require(there).kind()).isEqualTo("veth");
                            }
                            return true;
                        });

                        lan.netlink.addAddress(here, InetAddress.ofLiteral("10.1.2.3"), 24);
                        lan.netlink.addAddress(here, InetAddress.ofLiteral("fd00::3"), 64);
                        assertThat(IpCommand.run("addr show " + here))
                                .contains("inet 10.1.2.3/24", "inet6 fd00::3/64");
                        assertThatThrownBy(() ->
                                        lan.netlink.addAddress(
                                                here, InetAddress.ofLiteral("10.1.2.3"), 24))
                                .hasMessage("netlink(RTM_NEWADDR here0 10.1.2.3/24): EEXIST (17)");
                        lan.netlink.delete(here);
                        assertThat(lan.netlink.find(here)).isNull();
                    });
        }
    }

    @Test
    void refusalsSayWhatWasAsked() throws Exception {
        TestLan.run(
                true,
                lan -> {
                    assertThat(lan.netlink.find(ABSENT)).isNull();
                    assertThatThrownBy(() -> lan.netlink.delete(ABSENT))
                            .hasMessage("netlink(RTM_DELLINK absent0): ENODEV (19)");
                    assertThatThrownBy(() -> lan.netlink.setUp(ABSENT))
                            .hasMessage("netlink(RTM_NEWLINK absent0 up): ENODEV (19)");
                    assertThatThrownBy(() -> lan.netlink.addBridge(BRIDGE))
                            .hasMessage("netlink(RTM_NEWLINK br0 type bridge): EEXIST (17)");
                    assertThatThrownBy(() -> lan.netlink.setMtu(NIC, 1_000_000))
                            .isInstanceOf(SyscallException.class)
                            .hasMessage("netlink(RTM_NEWLINK nic0 mtu 1000000): EINVAL (22)");
                    lan.netlink.addBridge(new InterfaceName("br1"));
                    assertThatThrownBy(
                                    () -> lan.netlink.setMaster(new InterfaceName("br1"), BRIDGE))
                            .hasMessage("netlink(RTM_NEWLINK br1 master br0): ELOOP (40)");
                    assertThatThrownBy(() -> lan.netlink.setMaster(CABLE, NIC))
                            .isInstanceOf(SyscallException.class);
                });
    }

    @Test
    void closingTwiceIsNoError() throws Exception {
        TestLan.run(
                false,
                lan -> {
                    Rtnetlink netlink = Rtnetlink.open(lan.linux);
                    netlink.close();
                    netlink.close();
                });
    }
}
