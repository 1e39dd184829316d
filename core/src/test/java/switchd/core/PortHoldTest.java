package switchd.core;

import static org.assertj.core.api.Assertions.assertThat;
import static switchd.core.DropCause.VM_FULL;
import static switchd.core.VmQueue.HOLD_NANOS;
import static switchd.core.VmQueue.RETRY_NANOS;
import static switchd.core.testkit.Frames.frame;
import static switchd.core.testkit.Frames.frames;
import static switchd.core.testkit.Frames.mac;

import org.junit.jupiter.api.Test;

final class PortHoldTest extends HoldFixture {
    /// Frames of the ordinary MTU that a port can hold.
    private static final int HELD_AT_MOST = 172;

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
        takeFromOther();
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
            takeFromOther();
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

    @Test
    void aFloodFromAnotherPortDoesNotShutOutTheLan() throws SyscallException {
        long fromLan = 0;
        vm.room(0);
        for (int turn = 0; turn < 1000; turn++) {
            other.give(frames(mac(1), mac(2), 1000, 64));
            uplink.give(fromLan(1, 64));
            vm.room(10);
            rig.turn();
        }
        for (int number : vm.sentNumbers()) {
            fromLan += number < 1000 ? 1 : 0;
        }
        assertThat(vm.sentNumbers()).hasSizeGreaterThan(9000);
        assertThat(fromLan)
                .isBetween(vm.sentNumbers().size() * 4L / 10, vm.sentNumbers().size() * 6L / 10);
    }

    @Test
    void aFrameThatHasWaitedASecondIsDropped() throws SyscallException {
        vm.room(0);
        uplink.give(fromLan(1, 50));
        rig.turn();
        for (int past = 0; past < 22; past++) {
            vm.room(1);
            rig.turnAfter(HOLD_NANOS / 2);
        }
        assertThat(vm.sentNumbers()).hasSizeBetween(19, 22);
        assertThat(a.toVm().drops(VM_FULL)).isEqualTo(50 - vm.sentNumbers().size());
        assertThat(a.isHolding()).isFalse();
    }

    @Test
    void aVmThatIsAttachedAndQuietIsFoundAtItsConfiguredAddress() throws SyscallException {
        a.detach("to come again");
        vm = rig.vm(a, network);
        other.give(frame(mac(1), mac(2), 5));
        rig.turn();
        assertThat(vm.sentNumbers()).containsExactly(5);
    }
}
