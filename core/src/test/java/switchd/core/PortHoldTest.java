package switchd.core;

import static org.assertj.core.api.Assertions.assertThat;
import static switchd.core.DropCause.VM_FULL;
import static switchd.core.Port.RETRY_NANOS;
import static switchd.core.testkit.Frames.frame;
import static switchd.core.testkit.Frames.frames;
import static switchd.core.testkit.Frames.mac;

import org.junit.jupiter.api.Test;

final class PortHoldTest extends HoldFixture {
    /// Frames of the ordinary MTU that a port can hold.
    private static final int HELD_AT_MOST = 345;

    @Test
    void whatTheVmHasNoRoomForIsHeldAndSentInOrderOnceThereIsRoom() throws SyscallException {
        uplink.give(fromLan(1, 5));
        rig.turn();
        assertSent(2);
        assertThat(a.isHolding()).isTrue();
        vm.room(1);
        rig.turn();
        assertSent(3);
        assertThat(a.isHolding()).isTrue();
        vm.unlimitedRoom();
        rig.turn();
        assertSent(5);
        assertThat(a.isHolding()).isFalse();
        assertThat(a.toVm().drops()).isZero();
    }

    @Test
    void theFeedingUplinkIsPausedWhileFramesAreHeldAndResumedAfterwards() throws SyscallException {
        uplink.give(fromLan(1, 3));
        rig.turn();
        assertThat(rig.poller.wantsReadable(uplink.fd())).isFalse();
        uplink.give(fromLan(4, 3));
        rig.turn();
        assertSent(2);
        vm.unlimitedRoom();
        rig.turn();
        assertSent(3);
        assertThat(rig.poller.wantsReadable(uplink.fd())).isTrue();
        rig.turn();
        assertSent(6);
    }

    @Test
    void theVmsOwnFramesGoOnWhileFramesAreHeldForIt() throws SyscallException {
        uplink.give(fromLan(1, 3));
        rig.turn();
        vm.give(frame(mac(9), mac(1), 77));
        rig.turn();
        assertThat(uplink.sentNumbers()).containsExactly(0, 77);
    }

    @Test
    void roomIsWaitedForOnlyWhileFramesAreHeld() throws SyscallException {
        assertThat(rig.poller.wantsWritable(vm.fd())).isFalse();
        uplink.give(fromLan(1, 3));
        rig.turn();
        assertThat(rig.poller.wantsWritable(vm.fd())).isTrue();
        vm.unlimitedRoom();
        rig.turn();
        assertThat(rig.poller.wantsWritable(vm.fd())).isFalse();
        rig.turn();
        assertThat(rig.poller.patience()).as("no timer is left").isNegative();
    }

    @Test
    void aVmWhoseKernelDoesNotTellIsAskedAgainAfterAShortTime() throws SyscallException {
        attachVmThatDoesNotTellRoom();
        vm.room(1);
        uplink.give(fromLan(1, 4));
        rig.turn();
        assertThat(rig.poller.wantsWritable(vm.fd())).isFalse();
        vm.room(1);
        rig.turnAfter(RETRY_NANOS - 1);
        assertSent(1);
        rig.turnAfter(1);
        assertSent(2);
        vm.unlimitedRoom();
        rig.turnAfter(RETRY_NANOS);
        assertSent(4);
        rig.turn();
        assertThat(rig.poller.patience()).as("no timer is left").isNegative();
    }

    @Test
    void framesOfOtherPortsAreAppendedInOrder() throws SyscallException {
        uplink.give(fromLan(1, 3));
        rig.turn();
        other.give(frames(mac(1), mac(2), 4, 2));
        rig.turn();
        assertSent(2);
        vm.unlimitedRoom();
        rig.turn();
        assertSent(5);
    }

    @Test
    void newFramesDoNotOvertakeThoseThatAreHeld() throws SyscallException {
        attachVmThatDoesNotTellRoom();
        vm.room(0);
        uplink.give(fromLan(1, 2));
        rig.turn();
        vm.unlimitedRoom();
        other.give(frames(mac(1), mac(2), 3, 2));
        rig.turn();
        assertSent(0);
        rig.turnAfter(RETRY_NANOS);
        assertSent(4);
    }

    @Test
    void whatDoesNotFitIntoTheBufferIsDroppedAtOnce() throws SyscallException {
        vm.room(0);
        other.give(frames(mac(1), mac(2), 1, HELD_AT_MOST + 10));
        rig.turn();
        rig.turn();
        assertThat(a.toVm().drops(VM_FULL)).isEqualTo(10);
        vm.unlimitedRoom();
        rig.turn();
        assertSent(HELD_AT_MOST);
    }

    @Test
    void theBufferIsUsedRoundAndRound() throws SyscallException {
        int sent = 0;
        vm.room(0);
        for (int round = 0; round < 20; round++) {
            other.give(frames(mac(1), mac(2), sent + 1, 100));
            rig.turn();
            sent += 100;
            vm.room(99);
            rig.turn();
        }
        vm.unlimitedRoom();
        rig.turn();
        assertSent(sent);
        assertThat(a.toVm().drops()).isZero();
    }

    @Test
    void aRefusedFrameDoesNotBlockThoseHeldBehindIt() throws SyscallException {
        vm.room(0);
        vm.refuseLength(1000);
        uplink.give(
                frame(mac(1), mac(9), 1), frame(mac(1), mac(9), 0, 1000), frame(mac(1), mac(9), 2));
        rig.turn();
        vm.unlimitedRoom();
        rig.turn();
        assertSent(2);
        assertThat(a.toVm().drops(DropCause.OVERSIZE)).isEqualTo(1);
    }
}
