package switchd.feth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import switchd.core.HostException;
import switchd.core.InterfaceKind;
import switchd.core.InterfaceName;
import switchd.core.LanMember;
import switchd.core.PermissionException;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.core.Undo;
import switchd.darwin.DarwinConstants;
import switchd.darwin.InterfaceControl;
import switchd.darwin.testkit.FakeXnu;

final class BridgeTest {
    @Test
    void membersAreTold() throws Exception {
        try (Mac mac = Mac.boot();
                Undo undo = new Undo()) {
            Bridge bridge = mac.bridge();
            assertThat(bridge.members()).isEmpty();
            bridge.add(Mac.EN0);
            bridge.add(Mac.EN0);
            bridge.add(Mac.EN1);
            InterfaceName feth = mac.own.create(undo, "feth", "test");
            bridge.add(feth);
            assertThat(bridge.members())
                    .extracting(LanMember::name)
                    .containsExactlyInAnyOrder(Mac.EN0, Mac.EN1, feth);
            assertThat(bridge.members())
                    .extracting(LanMember::kind)
                    .containsExactlyInAnyOrder(
                            InterfaceKind.ETHERNET, InterfaceKind.WIFI, InterfaceKind.FETH);
            assertThat(bridge.members())
                    .filteredOn(LanMember::translatesAddresses)
                    .extracting(LanMember::name)
                    .containsExactly(Mac.EN1);
            assertThat(bridge.members())
                    .contains(new LanMember(Mac.EN0, InterfaceKind.ETHERNET, 1500, true, false))
                    .contains(new LanMember(Mac.EN1, InterfaceKind.WIFI, 1500, true, true));
            assertThat(bridge.hasMember(Mac.EN0)).isTrue();
            bridge.remove(Mac.EN0);
            bridge.remove(Mac.EN0);
            assertThat(bridge.hasMember(Mac.EN0)).isFalse();
            assertThat(bridge.isOurs()).isFalse();
            bridge.close();
            assertThat(mac.interfaces()).contains("bridge1");
        }
    }

    @Test
    void aPrivateMemberKeepsItsOtherFlags() throws Exception {
        try (Mac mac = Mac.boot()) {
            Bridge bridge = mac.bridge();
            bridge.add(Mac.EN0);
            bridge.add(Mac.EN1);
            bridge.setPrivate(Mac.EN1); // the kernel in memory takes it with MAC-NAT only
            bridge.setPrivate(Mac.EN1);
            bridge.remove(Mac.EN0);
            assertThatThrownBy(() -> bridge.setPrivate(Mac.EN0))
                    .isInstanceOf(SyscallException.class)
                    .hasMessageContaining("BRDGGIFFLGS")
                    .hasMessageContaining("ENOENT");
        }
    }

    @Test
    void aMemberThatGoesMeanwhileIsLeftOut() throws Exception {
        try (Mac mac = Mac.boot()) {
            Bridge bridge = mac.bridge();
            bridge.add(Mac.EN0);
            bridge.add(Mac.EN1);
            mac.darwin.faults().failNext("SIOCGIFTYPE", "ENXIO");
            assertThat(bridge.members()).hasSize(1);
            assertThat(bridge.members()).hasSize(2);
        }
    }

    @Test
    void kindsAreToldByTypeAndName() {
        assertThat(kind("en0", DarwinConstants.IFT_ETHER, 0)).isEqualTo(InterfaceKind.ETHERNET);
        assertThat(kind("en1", DarwinConstants.IFT_ETHER, 3)).isEqualTo(InterfaceKind.WIFI);
        assertThat(kind("vmenet0", DarwinConstants.IFT_ETHER, 9)).isEqualTo(InterfaceKind.VMENET);
        assertThat(kind("vmenet0", DarwinConstants.IFT_ETHER, 0)).isEqualTo(InterfaceKind.VMENET);
        assertThat(kind("feth3", DarwinConstants.IFT_ETHER, 0)).isEqualTo(InterfaceKind.FETH);
        assertThat(kind("vlan0", DarwinConstants.IFT_L2VLAN, 0)).isEqualTo(InterfaceKind.VLAN);
        assertThat(kind("bond0", DarwinConstants.IFT_IEEE8023ADLAG, 0))
                .isEqualTo(InterfaceKind.BOND);
        assertThat(kind("utun0", 1, 0)).isEqualTo(InterfaceKind.OTHER);
        assertThat(kind("bridge0", DarwinConstants.IFT_BRIDGE, 0)).isEqualTo(InterfaceKind.BRIDGE);
        assertThat(kind("feth3", InterfaceControl.Type.NOT_TOLD, 0)).isEqualTo(InterfaceKind.FETH);
    }

    private static InterfaceKind kind(String name, int type, int subfamily) {
        return new InterfaceControl.Type(type, 2, subfamily).kind(new InterfaceName(name));
    }

    @Test
    void theOperatorIsToldOfLimits() throws Exception {
        try (Mac mac = Mac.boot()) {
            Bridge bridge = mac.bridge();
            assertThat(bridge.notices()).singleElement().asString().contains("addm en0");
            bridge.add(Mac.EN0);
            assertThat(bridge.notices()).isEmpty();
            bridge.add(Mac.EN1);
            assertThat(bridge.notices()).singleElement().asString().startsWith("en1 is Wi-Fi:");
        }
        LanMember vm =
                new LanMember(
                        new InterfaceName("vmenet0"), InterfaceKind.VMENET, 1500, true, false);
        assertThat(BridgeNotices.of(Mac.BRIDGE, List.of(vm)))
                .singleElement()
                .asString()
                .contains("goes with its last VM");
    }

    @Test
    void whatIsNoBridgeIsNamedWithTheCure() throws Exception {
        try (Mac mac = Mac.boot()) {
            assertThatThrownBy(() -> Bridge.open(mac.own, Mac.BRIDGE))
                    .isInstanceOf(HostException.class)
                    .hasMessageContaining("there is no bridge bridge1")
                    .hasMessageContaining(
                            "--create-bridge (\"create\": true in a file), there is no bridge on this host")
                    .hasMessageContaining("ioctl(SIOCGIFFLAGS, bridge1): ENXIO (6)");
            mac.root.create("bridge7");
            assertThatThrownBy(() -> Bridge.open(mac.own, Mac.BRIDGE))
                    .hasMessageContaining("name one of the bridges: bridge7");
            assertThatThrownBy(() -> Bridge.open(mac.own, Mac.EN0))
                    .isInstanceOf(HostException.class)
                    .hasMessageContaining("en0 is no bridge: use it with --interface en0");
            assertThatThrownBy(() -> Bridge.open(mac.own, new InterfaceName("bridge7")))
                    .isInstanceOf(HostException.class)
                    .hasMessageContaining("`sudo ifconfig bridge7 up`");
        }
    }

    @Test
    void whyABridgeTakesNoMemberIsTold() throws Exception {
        try (Mac mac = Mac.boot()) {
            Bridge bridge = mac.bridge();
            mac.asOther(mac.foreignBridge("bridge2")).add(Mac.EN0);
            assertThatThrownBy(() -> bridge.add(Mac.EN0))
                    .isInstanceOf(HostException.class)
                    .hasMessageContaining("en0 is a member of another bridge")
                    .hasMessageContaining("BRDGADD, en0): EBUSY (16)");
            assertThatThrownBy(() -> bridge.add(new InterfaceName("feth9")))
                    .isInstanceOf(HostException.class)
                    .hasMessageContaining("feth9 is gone")
                    .hasMessageContaining("ENOENT (2)");
            assertThatThrownBy(() -> bridge.add(new InterfaceName("lo0")))
                    .isInstanceOf(HostException.class)
                    .hasMessageContaining("EINVAL (22)");
            mac.root.destroy(Mac.BRIDGE);
            assertThatThrownBy(() -> bridge.add(Mac.EN1))
                    .isInstanceOf(HostException.class)
                    .hasMessageContaining("the bridge bridge1 is gone")
                    .hasMessageContaining("ENXIO (6)");
            bridge.remove(Mac.EN1);
            assertThatThrownBy(() -> bridge.hasMember(Mac.EN1)).hasMessageContaining("ENXIO (6)");
        }
    }

    @Test
    void whatIsMadeIsMarkedUpAndRemoved() throws Exception {
        try (Mac mac = Mac.boot()) {
            Bridge bridge = Bridge.openOrCreate(mac.own, Mac.BRIDGE);
            assertThat(bridge.isOurs()).isTrue();
            assertThat(bridge.mtu()).isEqualTo(1500);
            assertThat(mac.root.flags(Mac.BRIDGE) & DarwinConstants.IFF_UP).isNotZero();
            assertThat(mac.own.mark(Mac.BRIDGE).orElseThrow().pid()).isEqualTo(mac.darwin.pid());
            assertThat(mac.journal()).containsExactly("bridge1");
            FethPair pair = FethPair.open(mac.own, bridge, 1500);
            bridge.close();
            bridge.close();
            assertThat(mac.interfaces()).doesNotContain("bridge1");
            pair.close();
            assertThat(mac.warnings).isEmpty();
            assertThat(mac.journal()).isEmpty();
        }
    }

    @Test
    void whatIsThereAlreadyIsUsedAndStays() throws Exception {
        try (Mac mac = Mac.boot()) {
            mac.foreignBridge("bridge1");
            try (Bridge bridge = Bridge.openOrCreate(mac.own, Mac.BRIDGE)) {
                assertThat(bridge.isOurs()).isFalse();
            }
            assertThat(mac.interfaces()).contains("bridge1");
            assertThatThrownBy(() -> Bridge.openOrCreate(mac.own, Mac.EN0))
                    .isInstanceOf(HostException.class);
            assertThatThrownBy(() -> Bridge.openOrCreate(mac.own, new InterfaceName("br0")))
                    .isInstanceOf(HostException.class)
                    .hasMessageContaining("names like bridge7");
        }
    }

    @Test
    void aNameWithoutANumberIsRefused() throws Exception {
        try (Mac mac = Mac.boot()) {
            List<String> before = mac.interfaces();
            assertThatThrownBy(() -> Bridge.openOrCreate(mac.own, new InterfaceName("bridge")))
                    .isInstanceOf(HostException.class)
                    .hasMessageContaining("names like bridge7");
            assertThat(mac.interfaces()).isEqualTo(before);
        }
    }

    @Test
    void oneOfTheSameNameIsWaitedForWhileItGoes() throws Exception {
        try (Mac mac = Mac.boot()) {
            mac.foreignBridge("bridge1");
            mac.darwin.holdDetacher();
            mac.root.destroy(Mac.BRIDGE);
            Thread kernel =
                    Thread.ofPlatform()
                            .start(() -> {
                                while (mac.darwin.calls().count("SIOCIFCREATE2") < 4) {
                                    Thread.onSpinWait();
                                }
                                mac.darwin.runDetacher();
                            });
            try (Bridge bridge = Bridge.openOrCreate(mac.own, Mac.BRIDGE)) {
                assertThat(bridge.isOurs()).isTrue();
            }
            kernel.join();
        }
    }

    @Test
    void makingOneTakesRoot() throws Exception {
        try (Mac mac = Mac.boot()) {
            FakeXnu user = mac.darwin.spawn(501);
            try (OwnInterfaces own = OwnInterfaces.open(user, Mac.JOURNAL, mac.warnings::add)) {
                assertThatThrownBy(() -> Bridge.openOrCreate(own, Mac.BRIDGE))
                        .isInstanceOf(PermissionException.class);
            }
        }
    }

    @Test
    void whicheverStepOfMakingOneFailsNothingIsLeft() throws Exception {
        List<String> calls;
        try (Mac mac = Mac.boot()) {
            mac.darwin.faults().arm();
            Bridge bridge = Bridge.openOrCreate(mac.own, Mac.BRIDGE);
            calls = mac.darwin.faults().calls();
            bridge.close();
        }
        for (int i = 0; i < calls.size(); i++) {
            if (calls.get(i).equals("close")) {
                continue; // a real one closes even where it fails
            }
            for (String errno : List.of("ENXIO", "EPERM", "ENOMEM", "EBUSY", "EINVAL")) {
                try (Mac mac = Mac.boot()) {
                    List<String> before = mac.interfaces();
                    mac.darwin.faults().arm();
                    mac.darwin.faults().failAt(i + 1, errno);
                    String call = calls.get(i);
                    try {
                        Bridge.openOrCreate(mac.own, Mac.BRIDGE).close();
                    } catch (SwitchdException e) {
                        boolean named = e.getMessage().contains(call);
                        assertThat(named || call.equals("SIOCGIFTYPE")).as(call).isTrue();
                    }
                    assertThat(mac.interfaces()).as(call).isEqualTo(before);
                    assertThat(mac.journal()).as(call).isEmpty();
                }
            }
        }
    }
}
