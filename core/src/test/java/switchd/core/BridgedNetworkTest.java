package switchd.core;

import static org.assertj.core.api.Assertions.assertThat;
import static switchd.core.testkit.Frames.BROADCAST;
import static switchd.core.testkit.Frames.frame;
import static switchd.core.testkit.Frames.frames;
import static switchd.core.testkit.Frames.mac;

import org.junit.jupiter.api.Test;

final class BridgedNetworkTest extends BridgedFixture {
    @Test
    void everyPortHasAnUplinkOfItsOwn() {
        assertThat(network.name()).isEqualTo("fake0");
        assertThat(network.uplinkOf(a)).isEqualTo(upA.interfaceName());
        assertThat(network.uplinkOf(b)).isEqualTo(upB.interfaceName());
    }

    @Test
    void whatIsForNoPortGoesToTheSendersUplink() throws SyscallException {
        vmA.give(frame(mac(9), mac(1), 1), frame(BROADCAST, mac(1), 2));
        rig.turn();
        assertThat(upA.sentNumbers()).containsExactly(1, 2);
        assertThat(upB.sent()).isEmpty();
        assertThat(vmB.sent()).as("the bridge takes groups to it").isEmpty();
        assertThat(a.toLan().frames()).isEqualTo(2);
    }

    @Test
    void whatTheUplinkReceivesGoesToItsVm() throws SyscallException {
        upB.give(
                frame(mac(2), mac(9), 1),
                frame(BROADCAST, mac(9), 2),
                frame(mac(2), mac(9), 3, 13));
        rig.turn();
        assertThat(vmB.sentNumbers()).containsExactly(1, 2);
        assertThat(vmA.sent()).isEmpty();
        assertThat(b.toVm().drops(DropCause.RUNT)).isEqualTo(1);
    }

    @Test
    void unicastBetweenPortsDoesNotPassTheUplink() throws SyscallException {
        vmB.give(frame(mac(9), mac(2), 1));
        rig.turn();
        vmA.give(frame(mac(2), mac(1), 2));
        rig.turn();
        assertThat(vmB.sentNumbers()).containsExactly(2);
        assertThat(upA.sent()).isEmpty();
        assertThat(a.toLan().frames()).isEqualTo(1);
        assertThat(b.toVm().frames()).isEqualTo(1);
    }

    @Test
    void aFullUplinkCountsDrops() throws SyscallException {
        upA.room(2);
        vmA.give(frames(mac(9), mac(1), 1, 5));
        rig.turn();
        assertThat(upA.sentNumbers()).containsExactly(1, 2);
        assertThat(a.toLan().frames()).isEqualTo(2);
        assertThat(a.toLan().drops(DropCause.UPLINK_FULL)).isEqualTo(3);
    }

    @Test
    void aFrameThatTheUplinkRefusesIsCountedAndTheOthersGoOn() throws SyscallException {
        upA.refuseLength(1000);
        vmA.give(
                frame(mac(9), mac(1), 1, 1000), frame(mac(9), mac(1), 2), frame(mac(9), mac(1), 3));
        rig.turn();
        assertThat(upA.sentNumbers()).containsExactly(2, 3);
        assertThat(a.toLan().drops(DropCause.OVERSIZE)).isEqualTo(1);
        assertThat(a.toLan().drops()).isEqualTo(1);
    }

    @Test
    void framesThatTheUplinkHasTakenAlreadyNeedNoEvent() throws SyscallException {
        upB.readAhead();
        upB.give(frames(mac(2), mac(9), 1, 150));
        rig.turn();
        assertThat(vmB.sent()).as("the others' turn comes in between").hasSize(128);
        rig.turn();
        assertThat(rig.poller.patience()).as("it did not wait").isZero();
        assertThat(vmB.sent()).hasSize(150);
        rig.turn();
        assertThat(rig.poller.patience()).as("no timer is left").isNegative();
    }

    @Test
    void framesThatTheUplinkHasTakenAlreadyWaitForTheVm() throws SyscallException {
        vmB.room(100);
        upB.readAhead();
        upB.give(frames(mac(2), mac(9), 1, 200));
        rig.turn();
        rig.turn();
        assertThat(vmB.sent()).hasSize(100);
        vmB.unlimitedRoom();
        rig.turn();
        rig.turn();
        assertThat(vmB.sent()).hasSize(200);
        assertThat(b.toVm().drops()).isZero();
    }

    @Test
    void whatTheKernelDroppedIsCounted() throws SyscallException {
        upB.overrun(7);
        upB.give(frame(mac(2), mac(9), 1));
        rig.turn();
        assertThat(b.toVm().drops(DropCause.OVERRUN)).isEqualTo(7);
        assertThat(vmB.sent()).hasSize(1);
    }

    @Test
    void theFilterFollowsTheVmsAddress() throws SyscallException {
        Reception groups = new Reception.Groups();
        Reception first = new Reception.Vm(mac(1));
        assertThat(upA.receptions()).containsExactly(groups);
        assertThat(upB.receptions()).containsExactly(new Reception.Vm(mac(2)));
        vmA.give(frame(mac(9), mac(1), 1));
        rig.turn();
        assertThat(upA.receptions()).containsExactly(groups, first);
        a.detach("restart");
        assertThat(upA.receptions()).containsExactly(groups, first, groups);
        rig.vm(a, network).give(frame(mac(9), mac(7), 1));
        rig.turn();
        assertThat(upA.receptions()).endsWith(groups, new Reception.Vm(mac(7)));
    }

    @Test
    void theVmsOwnFrameComingBackIsDropped() throws SyscallException {
        upB.give(frame(BROADCAST, mac(2), 1), frame(BROADCAST, mac(9), 2));
        rig.turn();
        assertThat(vmB.sentNumbers()).containsExactly(2);
        assertThat(b.toVm().drops(DropCause.OWN_ECHO)).isEqualTo(1);
    }

    @Test
    void leavingClosesTheUplinkAndKeepsTheOthersApart() throws SyscallException {
        network.leave(a);
        network.leave(a);
        assertThat(upA.closes()).isPositive();
        assertThat(vmA.closes()).isEqualTo(1);
        assertThat(rig.poller.registered()).isEqualTo(2);
        vmB.give(frame(mac(9), mac(2), 1));
        rig.turn();
        assertThat(upB.sentNumbers()).containsExactly(1);
        assertThat(network.uplinkOf(b)).isEqualTo(upB.interfaceName());
    }

    @Test
    void anAddressThatIsOnTheLanIsNotSoughtBehindAPortThatMerelyUsedIt() throws SyscallException {
        vmA.give(frame(BROADCAST, mac(9), 1));
        rig.turn();
        upA.give(frame(BROADCAST, mac(9), 2), frame(BROADCAST, mac(9), 3));
        rig.turn();
        vmB.give(frame(mac(9), mac(2), 4));
        rig.turn();
        assertThat(upB.sentNumbers()).containsExactly(4);
        assertThat(vmA.sent()).isEmpty();
        assertThat(a.toVm().drops(DropCause.OWN_ECHO)).isEqualTo(2);
        assertThat(rig.events(PortEvent.AddressConflict.class))
                .containsExactly(new PortEvent.AddressConflict("a", mac(9)));
    }
}
