package switchd.feth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import switchd.core.HostException;
import switchd.core.InterfaceName;
import switchd.core.PermissionException;
import switchd.core.SwitchdException;
import switchd.darwin.DarwinConstants;
import switchd.darwin.Structs;
import switchd.darwin.testkit.FakeXnu;
import switchd.darwin.testkit.Profile;

final class FethPairTest {
    private static final int MTU = 1500;

    /// Without these a port works, but what a crash leaves behind stays.
    private static final Set<String> OF_THE_JOURNAL =
            Set.of("mkdir", "lstat", "geteuid", "open", "write", "unlink");

    @ParameterizedTest
    @EnumSource
    void bothEndsAreUpMarkedAndOneIsAMember(Profile profile) throws Exception {
        try (Mac mac = Mac.boot(profile)) {
            Bridge bridge = mac.bridge();
            List<String> before = mac.interfaces();
            try (FethPair pair = FethPair.open(mac.own, bridge, MTU)) {
                for (InterfaceName end : List.of(pair.vmSide(), pair.bridgeSide())) {
                    assertThat(mac.root.flags(end) & DarwinConstants.IFF_UP).isNotZero();
                    assertThat(mac.root.mtu(end)).isEqualTo(MTU);
                    assertThat(mac.own.mark(end).orElseThrow().pid()).isEqualTo(mac.darwin.pid());
                    assertThat(mac.darwin.files().text(Mac.JOURNAL + "/" + end))
                            .isEqualTo(mac.darwin.pid() + "\n");
                }
                assertThat(mac.root.description(pair.vmSide()).orElseThrow()).endsWith(", VM side");
                assertThat(bridge.hasMember(pair.bridgeSide())).isTrue();
                assertThat(bridge.hasMember(pair.vmSide())).isFalse();
                assertThat(mac.journal()).hasSize(2);
            }
            assertThat(mac.interfaces()).isEqualTo(before);
            assertThat(mac.journal()).isEmpty();
            assertThat(mac.warnings).isEmpty();
        }
    }

    @Test
    void theJournalIsPrivateAndGoesWhenItIsEmpty() throws Exception {
        try (Mac mac = Mac.boot()) {
            FethPair pair = FethPair.open(mac.own, mac.bridge(), MTU);
            assertThat(mac.darwin.files().mode(Mac.JOURNAL) & 0777).isEqualTo(0700);
            assertThat(mac.darwin.files().mode(Mac.JOURNAL + "/" + pair.vmSide()) & 0777)
                    .isEqualTo(0600);
            pair.close();
            pair.close();
            mac.own.close();
            assertThat(mac.darwin.files().exists("/var/run/switchd")).isFalse();
        }
    }

    @Test
    void theMtuIsTheBridgesBeforeThePairIsInIt() throws Exception {
        try (Mac mac = Mac.boot()) {
            InterfaceName name = mac.foreignBridge("bridge1");
            mac.root.setMtu(name, 2000);
            Bridge bridge = Bridge.open(mac.own, name);
            try (FethPair pair = FethPair.open(mac.own, bridge, bridge.mtu())) {
                assertThat(mac.root.mtu(pair.vmSide())).isEqualTo(2000);
                assertThat(mac.root.mtu(pair.bridgeSide())).isEqualTo(2000);
                assertThat(bridge.mtu()).isEqualTo(2000);
            }
        }
    }

    @Test
    void anMtuThatFethsCannotHaveNamesTheSetting() throws Exception {
        try (Mac mac = Mac.boot()) {
            InterfaceName name = mac.foreignBridge("bridge1");
            mac.root.setMtu(name, 9000);
            Bridge bridge = Bridge.open(mac.own, name);
            List<String> before = mac.interfaces();
            assertThatThrownBy(() -> FethPair.open(mac.own, bridge, 9000))
                    .isInstanceOf(HostException.class)
                    .hasMessageContaining("feths at most 2048")
                    .hasMessageContaining("sudo sysctl net.link.fake.max_mtu=9000")
                    .hasMessageContaining("9000): EINVAL (22)");
            assertThat(mac.interfaces()).isEqualTo(before);
            mac.sysctl("net.link.fake.max_mtu", 9000);
            FethPair.open(mac.own, bridge, 9000).close();
        }
    }

    @Test
    void anotherMtuThanTheBridgesNeverReachesIt() throws Exception {
        try (Mac mac = Mac.boot()) {
            Bridge bridge = mac.bridge();
            mac.asOther(Mac.BRIDGE).add(Mac.EN0);
            List<String> before = mac.interfaces();
            assertThatThrownBy(() -> FethPair.open(mac.own, bridge, 1400))
                    .isInstanceOf(HostException.class)
                    .hasMessageContaining("an MTU of 1400, the bridge bridge1 one of 1500");
            assertThat(mac.interfaces()).isEqualTo(before);
            assertThat(bridge.mtu()).isEqualTo(1500);
        }
    }

    @Test
    void othersThanRootAreTold() throws Exception {
        try (Mac mac = Mac.boot()) {
            mac.foreignBridge("bridge1");
            FakeXnu user = mac.darwin.spawn(501);
            try (OwnInterfaces own = OwnInterfaces.open(user, Mac.JOURNAL, mac.warnings::add)) {
                Bridge bridge = Bridge.open(own, Mac.BRIDGE);
                assertThatThrownBy(() -> FethPair.open(own, bridge, MTU))
                        .isInstanceOf(PermissionException.class)
                        .hasMessageContaining("ioctl(SIOCIFCREATE2, feth): EPERM (1)");
            }
            assertThat(user.descriptors()).isZero();
        }
    }

    @Test
    void whatOthersRemoveFirstIsNoError() throws Exception {
        try (Mac mac = Mac.boot()) {
            FethPair pair = FethPair.open(mac.own, mac.bridge(), MTU);
            mac.root.destroy(pair.vmSide());
            mac.root.destroy(Mac.BRIDGE);
            pair.close();
            assertThat(mac.interfaces()).noneMatch(name -> name.startsWith("feth"));
            assertThat(mac.journal()).isEmpty();
            assertThat(mac.warnings).isEmpty();
        }
    }

    @Test
    void whatCannotBeRemovedIsToldAndStaysInTheJournal() throws Exception {
        try (Mac mac = Mac.boot()) {
            FethPair pair = FethPair.open(mac.own, mac.bridge(), MTU);
            mac.darwin.faults().failNext("SIOCIFDESTROY", "EBUSY");
            pair.close();
            assertThat(mac.warnings)
                    .containsExactly(
                            "an interface may be left behind: ioctl(SIOCIFDESTROY, "
                                    + pair.vmSide()
                                    + "): EBUSY (16)");
            assertThat(mac.journal()).containsExactly(pair.vmSide().value());
            assertThat(mac.interfaces()).contains(pair.vmSide().value());
        }
    }

    @Test
    void whatHasTheNameOfOursByNowIsNotTouched() throws Exception {
        try (Mac mac = Mac.boot()) {
            Bridge bridge = mac.bridge();
            FethPair pair = FethPair.open(mac.own, bridge, 1500);
            mac.root.destroy(pair.bridgeSide());
            InterfaceName foreign = mac.root.create("feth");
            assertThat(foreign).isEqualTo(pair.bridgeSide());
            pair.close();
            assertThat(mac.interfaces()).contains(foreign.value());
            assertThat(mac.interfaces()).doesNotContain(pair.vmSide().value());
            assertThat(mac.warnings).isEmpty();
        }
    }

    @Test
    void endsThatPartAreNoPairAnyMore() throws Exception {
        try (Mac mac = Mac.boot();
                Arena arena = Arena.ofConfined();
                FethPair pair = FethPair.open(mac.own, mac.bridge(), 1500)) {
            assertThat(pair.isConnected()).isTrue();
            mac.root.setDriver(
                    pair.bridgeSide(),
                    DarwinConstants.IF_FAKE_S_CMD_SET_PEER,
                    arena.allocate(Structs.IF_FAKE_REQUEST),
                    "no peer");
            assertThat(pair.isConnected()).isFalse();
        }
    }

    @Test
    void whicheverStepFailsNothingIsLeft() throws Exception {
        List<String> calls = rehearse();
        assertThat(calls).contains("SIOCIFCREATE2", "SIOCSDRVSPEC", "SIOCGDRVSPEC");
        for (int i = 0; i < calls.size(); i++) {
            if (calls.get(i).equals("close")) {
                continue; // a real one closes even where it fails
            }
            for (String errno : List.of("EINVAL", "EBUSY", "ENXIO", "EPERM", "ENOSPC")) {
                try (Mac mac = Mac.boot()) {
                    Bridge bridge = mac.bridge();
                    List<String> before = mac.interfaces();
                    mac.darwin.faults().arm();
                    mac.darwin.faults().failAt(i + 1, errno);
                    failsOrWarns(mac, bridge, calls.get(i), errno);
                    assertThat(mac.interfaces()).as(calls.get(i)).isEqualTo(before);
                    assertThat(mac.journal()).as(calls.get(i)).isEmpty();
                }
            }
        }
    }

    private static List<String> rehearse() throws Exception {
        try (Mac mac = Mac.boot()) {
            Bridge bridge = mac.bridge();
            mac.darwin.faults().arm();
            FethPair pair = FethPair.open(mac.own, bridge, 1600);
            List<String> calls = mac.darwin.faults().calls();
            pair.close();
            return calls;
        }
    }

    private static void failsOrWarns(Mac mac, Bridge bridge, String call, String errno) {
        boolean unsupported = call.equals("SIOCSIFDESC") && errno.equals("EINVAL");
        try (FethPair pair = FethPair.open(mac.own, bridge, 1600)) {
            assertThat(pair.vmSide()).isNotNull();
            if (unsupported) {
                assertThat(mac.warnings).singleElement().asString().contains("sudo ifconfig feth");
            } else {
                assertThat(OF_THE_JOURNAL).contains(call);
                if (!call.equals("geteuid")) {
                    assertThat(mac.warnings)
                            .allMatch(text -> text.contains(call + "(/var/run/switchd"))
                            .allMatch(text -> text.contains(errno));
                }
            }
        } catch (SwitchdException e) {
            assertThat(e.getMessage()).contains(call, errno);
        }
    }
}
