package switchd.daemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static switchd.daemon.doctor.Verdicts.BR0;
import static switchd.daemon.doctor.Verdicts.ETH0;
import static switchd.daemon.doctor.Verdicts.alone;
import static switchd.daemon.doctor.Verdicts.assertOne;
import static switchd.daemon.doctor.Verdicts.assertPass;
import static switchd.daemon.doctor.Verdicts.bridge;
import static switchd.daemon.doctor.Verdicts.member;
import static switchd.daemon.doctor.Verdicts.translating;

import java.util.List;
import org.junit.jupiter.api.Test;
import switchd.core.InterfaceKind;
import switchd.core.InterfaceName;
import switchd.core.MacAddress;
import switchd.daemon.doctor.Finding.Level;

/// Verdicts on bridges, NICs and addresses.
final class NetworkVerdictsTest {
    private static final String MAC = "52:54:00:00:00:01";
    private static final HostInterface NIC = member("eth0", InterfaceKind.ETHERNET, 1500, true);

    private static List<Finding> bridges(Cures cures, HostInterface... interfaces) {
        return BridgeCheck.judge(BR0, false, List.of(interfaces), cures);
    }

    @Test
    void aBridgeAsItShouldBe() {
        assertPass(
                bridges(Cures.LINUX, bridge(1500, true), NIC),
                "up, MTU 1500, members: eth0 (ethernet)");
    }

    @Test
    void aMissingBridge() {
        assertOne(
                bridges(Cures.LINUX),
                Level.FAIL,
                "there is no bridge br0",
                "sudo ip link add br0 type bridge && sudo ip link set br0 up");
        assertOne(
                bridges(Cures.DARWIN),
                Level.FAIL,
                "there is no bridge br0",
                "sudo ifconfig br0 create && sudo ifconfig br0 up");
        assertThat(BridgeCheck.judge(BR0, true, List.of(), Cures.LINUX))
                .singleElement()
                .extracting(Finding::level)
                .isEqualTo(Level.INFO);
    }

    @Test
    void whatIsNoBridge() {
        HostInterface nic = alone("br0", InterfaceKind.ETHERNET, true, MAC);
        assertOne(bridges(Cures.LINUX, nic), Level.FAIL, "of kind ethernet", "--interface br0");
    }

    @Test
    void aBridgeThatIsDown() {
        assertOne(
                bridges(Cures.LINUX, bridge(1500, false), NIC),
                Level.FAIL,
                "it is down",
                "sudo ip link set br0 up");
        assertOne(
                bridges(Cures.DARWIN, bridge(1500, false), NIC),
                Level.FAIL,
                "it is down",
                "sudo ifconfig br0 up");
    }

    @Test
    void aBridgeThatLeadsNowhere() {
        HostInterface vm = member("swtap0", InterfaceKind.TAP, 1500, true);
        assertOne(
                bridges(Cures.LINUX, bridge(1500, true)),
                Level.WARN,
                "no NIC is a member",
                "sudo ip link set NIC master br0");
        assertOne(
                bridges(Cures.DARWIN, bridge(1500, true), vm),
                Level.WARN,
                "no NIC is a member",
                "sudo ifconfig br0 addm NIC");
    }

    @Test
    void aMemberThatIsDownOrHasAnotherMtu() {
        assertOne(
                bridges(
                        Cures.LINUX,
                        bridge(1500, true),
                        member("eth0", InterfaceKind.ETHERNET, 1500, false)),
                Level.FAIL,
                "its member eth0 is down",
                "sudo ip link set eth0 up");
        assertOne(
                bridges(
                        Cures.LINUX,
                        bridge(1500, true),
                        member("eth0", InterfaceKind.ETHERNET, 1400, true)),
                Level.WARN,
                "eth0 has an MTU of 1400, the bridge one of 1500",
                "sudo ip link set eth0 mtu 1500");
    }

    @Test
    void thePortsMtuIsThatOfTheirVms() {
        HostInterface port = member("swtap0", InterfaceKind.TAP, 1500, true);
        assertOne(
                bridges(
                        Cures.LINUX,
                        bridge(1400, true),
                        member("eth0", InterfaceKind.ETHERNET, 1400, true),
                        port),
                Level.WARN,
                "swtap0 has an MTU of 1500, the bridge one of 1400",
                "sudo ip link set eth0 mtu 1500");
        assertOne(
                bridges(
                        Cures.DARWIN,
                        bridge(1400, true),
                        member("en0", InterfaceKind.ETHERNET, 1400, true),
                        member("feth0", InterfaceKind.FETH, 1500, true)),
                Level.WARN,
                "feth0 has an MTU of 1500, the bridge one of 1400",
                "sudo ifconfig en0 mtu 1500");
    }

    private static List<Finding> nic(Cures cures, HostInterface... interfaces) {
        return Verdicts.of(
                findings -> InterfaceCheck.judgeNic(ETH0, List.of(interfaces), cures, findings));
    }

    @Test
    void aNicOfItsOwn() {
        assertPass(
                nic(Cures.LINUX, alone("eth0", InterfaceKind.ETHERNET, true, MAC)),
                "ethernet, up, MTU 1500");
        assertOne(nic(Cures.LINUX), Level.FAIL, "there is no interface eth0", "ip link");
        assertOne(
                nic(Cures.DARWIN, alone("eth0", InterfaceKind.ETHERNET, false, MAC)),
                Level.FAIL,
                "it is down",
                "sudo ifconfig eth0 up");
        assertOne(
                nic(Cures.LINUX, NIC), Level.WARN, "it is a member of br0", "switchd --bridge br0");
    }

    @Test
    void wifiWithoutABridge() {
        HostInterface wifi = alone("eth0", InterfaceKind.WIFI, true, MAC);
        assertOne(nic(Cures.DARWIN, wifi), Level.FAIL, "it is Wi-Fi", "addm eth0");
        assertThat(nic(Cures.LINUX, wifi))
                .singleElement()
                .matches(found -> found.level() == Level.FAIL && found.cure() == null);
    }

    private static List<Finding> inBridge(Cures cures, HostInterface member) {
        return Verdicts.of(findings -> InterfaceCheck.judgeMember(member, cures, findings));
    }

    @Test
    void wifiInABridge() {
        assertThat(inBridge(Cures.DARWIN, translating("en1")))
                .singleElement()
                .matches(found -> found.level() == Level.INFO)
                .extracting(Finding::text)
                .asString()
                .contains("MAC-NAT is on", "at most 64 addresses");
        assertOne(
                inBridge(Cures.LINUX, member("wlan0", InterfaceKind.WIFI, 1500, true)),
                Level.WARN,
                "Wi-Fi cannot be bridged",
                "iw dev wlan0 set 4addr on");
        assertPass(inBridge(Cures.LINUX, NIC), "ethernet, up, MTU 1500");
        assertThat(inBridge(Cures.LINUX, member("swtap0", InterfaceKind.TAP, 1500, true)))
                .isEmpty();
    }

    private static Setup.Place port(String name, String mac) {
        return new Setup.Place(name, MacAddress.parse(mac), List.of());
    }

    @Test
    void addressesThatMoreThanOneHas() {
        HostInterface other = alone("eth1", InterfaceKind.ETHERNET, true, "02:00:00:00:00:99");
        assertPass(MacCheck.judge(List.of(port("a", MAC)), List.of(other), List.of()), "its own");
        assertThat(MacCheck.judge(List.of(), List.of(other), List.of())).isEmpty();
        assertOne(
                MacCheck.judge(List.of(port("a", MAC), port("b", MAC)), List.of(), List.of()),
                Level.FAIL,
                "the ports a, b have it",
                "switchd config show");
        assertOne(
                MacCheck.judge(List.of(port("a", "02:00:00:00:00:99")), List.of(other), List.of()),
                Level.FAIL,
                "this host's eth1",
                "switchd config show");
        assertThat(
                        MacCheck.judge(
                                List.of(port("a", MAC)),
                                List.of(other),
                                List.of(new Facts.Sighting(MacAddress.parse(MAC), "eth1"))))
                .singleElement()
                .matches(found -> found.level() == Level.WARN)
                .extracting(Finding::text)
                .asString()
                .contains("seen at eth1");
    }

    @Test
    void leftovers() {
        assertPass(LeftoverCheck.judge(List.of(), Cures.LINUX), "no interface");
        assertOne(
                LeftoverCheck.judge(List.of(new InterfaceName("swtap3")), Cures.LINUX),
                Level.WARN,
                "no running switchd uses it",
                "sudo ip link delete swtap3");
        assertOne(
                LeftoverCheck.judge(List.of(new InterfaceName("feth3")), Cures.DARWIN),
                Level.WARN,
                "was killed",
                "sudo ifconfig feth3 destroy");
        assertOne(
                LeftoverCheck.unreadable(List.of(member("swtap0", InterfaceKind.TAP, 1500, true))),
                Level.UNCHECKED,
                "run with sudo",
                "sudo switchd doctor");
    }
}
