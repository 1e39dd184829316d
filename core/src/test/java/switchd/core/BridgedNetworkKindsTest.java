package switchd.core;

import static org.assertj.core.api.Assertions.assertThat;
import static switchd.core.testkit.Frames.BROADCAST;
import static switchd.core.testkit.Frames.frame;
import static switchd.core.testkit.Frames.mac;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import switchd.core.testkit.FakeLan;
import switchd.core.testkit.FakeUplink;
import switchd.core.testkit.FakeVmLink;

/// What differs between a bridge and a bare NIC, and where several addresses are behind a port.
final class BridgedNetworkKindsTest {
    private final Rig rig = new Rig();

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void onABareNicGroupsAreFloodedToThePortsAsWell() throws SwitchdException {
        FakeLan nic = new FakeLan(Rig.MTU, false);
        BridgedNetwork network = rig.bridged(nic);
        FakeVmLink vmA = rig.vm(rig.port(network, "a", "auto"), network);
        FakeVmLink vmB = rig.vm(rig.port(network, "b", "auto"), network);
        FakeVmLink vmC = rig.vm(rig.port(network, "c", "auto"), network);
        vmA.give(
                frame(BROADCAST, mac(1), 1),
                frame(mac(9), mac(1), 2),
                frame(MacAddress.parse("01:00:5e:00:00:fb"), mac(1), 3));
        rig.turn();
        assertThat(nic.uplinks().getFirst().sentNumbers()).containsExactly(1, 2, 3);
        assertThat(vmA.sent()).isEmpty();
        assertThat(vmB.sentNumbers()).containsExactly(1, 3);
        assertThat(vmC.sentNumbers()).containsExactly(1, 3);
        assertThat(network.ports().getFirst().toLan().frames()).as("counted once").isEqualTo(3);
    }

    @Test
    void onABareNicASinglePortFloodsToNobody() throws SwitchdException {
        FakeLan nic = new FakeLan(Rig.MTU, false);
        BridgedNetwork network = rig.bridged(nic);
        FakeVmLink vm = rig.vm(rig.port(network, "a", "auto"), network);
        vm.give(frame(BROADCAST, mac(1), 1));
        rig.turn();
        assertThat(nic.uplinks().getFirst().sentNumbers()).containsExactly(1);
        assertThat(vm.sent()).isEmpty();
    }

    @Test
    void anyTakesEverythingFromTheLan() throws SwitchdException {
        FakeLan lan = new FakeLan(Rig.MTU, true);
        rig.port(rig.bridged(lan), "a", "any");
        assertThat(lan.uplinks().getFirst().receptions())
                .containsExactly(new Reception.Everything());
    }

    @Test
    void anAddressThatMovesFromBehindAVmToTheLanIsFollowed() throws SwitchdException {
        FakeLan lan = new FakeLan(Rig.MTU, true);
        BridgedNetwork network = rig.bridged(lan);
        FakeVmLink vmA = rig.vm(rig.port(network, "a", "any"), network);
        FakeVmLink vmB = rig.vm(rig.port(network, "b", "auto"), network);
        FakeUplink upA = lan.uplinks().get(0);
        FakeUplink upB = lan.uplinks().get(1);
        rig.poller.follow(upA);
        vmA.give(frame(BROADCAST, mac(5), 1), frame(BROADCAST, mac(6), 2));
        rig.turn();
        vmB.give(frame(mac(5), mac(2), 3));
        rig.turn();
        assertThat(vmA.sentNumbers()).as("behind the VM").containsExactly(3);
        upA.give(frame(BROADCAST, mac(5), 4), frame(BROADCAST, mac(5), 5, 13));
        rig.turn();
        vmB.give(frame(mac(5), mac(2), 6), frame(mac(6), mac(2), 7));
        rig.turn();
        assertThat(upB.sentNumbers()).as("on the LAN").containsExactly(6);
        assertThat(vmA.sentNumbers()).containsExactly(3, 4, 7);
    }

    @Test
    void anAddressBehindAnotherPortIsNotForgottenForItsOwnBroadcast() throws SwitchdException {
        FakeLan lan = new FakeLan(Rig.MTU, true);
        BridgedNetwork network = rig.bridged(lan);
        rig.vm(rig.port(network, "a", "any"), network);
        FakeVmLink vmB = rig.vm(rig.port(network, "b", "auto"), network);
        FakeVmLink vmC = rig.vm(rig.port(network, "c", "auto"), network);
        FakeUplink upA = lan.uplinks().getFirst();
        rig.poller.follow(upA);
        vmB.give(frame(BROADCAST, mac(2), 1));
        rig.turn();
        upA.give(frame(BROADCAST, mac(2), 1)); // as the bridge brings it to the other ports
        rig.turn();
        vmC.give(frame(mac(2), mac(3), 2));
        rig.turn();
        assertThat(vmB.sentNumbers()).containsExactly(2);
    }

    @Test
    void onABareNicUnknownUnicastAlsoGoesToPortsWithAnyAddresses() throws SwitchdException {
        FakeLan nic = new FakeLan(Rig.MTU, false);
        BridgedNetwork network = rig.bridged(nic);
        FakeVmLink vm = rig.vm(rig.port(network, "a", "auto"), network);
        FakeVmLink one = rig.vm(rig.port(network, "b", "auto"), network);
        FakeVmLink nested = rig.vm(rig.port(network, "c", "any"), network);
        vm.give(frame(mac(9), mac(1), 1));
        rig.turn();
        assertThat(nic.uplinks().getFirst().sentNumbers()).containsExactly(1);
        assertThat(nested.sentNumbers()).containsExactly(1);
        assertThat(one.sent()).isEmpty();
    }
}
