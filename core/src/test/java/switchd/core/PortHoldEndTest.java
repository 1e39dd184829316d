package switchd.core;

import static org.assertj.core.api.Assertions.assertThat;
import static switchd.core.DropCause.DETACHED;
import static switchd.core.DropCause.VM_FULL;
import static switchd.core.Rig.failure;
import static switchd.core.VmQueue.HOLD_NANOS;
import static switchd.core.VmQueue.RETRY_NANOS;

import org.junit.jupiter.api.Test;
import switchd.core.testkit.FakeVmLink;

/// How holding ends where the VM does not make room.
final class PortHoldEndTest extends HoldFixture {
    @Test
    void withoutProgressWhatIsHeldIsDroppedAtTheDeadline() throws SyscallException {
        uplink.give(fromLan(1, 5));
        rig.turn();
        rig.turnAfter(HOLD_NANOS - 1);
        assertThat(a.toVm().drops()).isZero();
        rig.turnAfter(1);
        assertThat(a.toVm().drops(VM_FULL)).isEqualTo(3);
        assertThat(a.isHolding()).isFalse();
        assertThat(rig.poller.wantsReadable(uplink.fd())).as("goes on").isTrue();
        assertThat(rig.poller.wantsWritable(vm.fd())).isFalse();
        assertThat(a.isAttached()).isTrue();
        assertSent(2);
    }

    @Test
    void withoutProgressTheDeadlineComesAlsoWhereTheVmIsAskedAgain() throws SyscallException {
        attachVmThatDoesNotTellRoom();
        vm.room(0);
        uplink.give(fromLan(1, 5));
        rig.turn();
        for (long past = 0; past < HOLD_NANOS; past += RETRY_NANOS) {
            assertThat(a.toVm().drops()).isZero();
            rig.turnAfter(RETRY_NANOS);
        }
        assertThat(a.toVm().drops(VM_FULL)).isEqualTo(5);
        rig.turn();
        assertThat(rig.poller.patience()).as("no timer is left").isNegative();
    }

    @Test
    void progressSetsTheDeadlineAnew() throws SyscallException {
        uplink.give(fromLan(1, 5));
        rig.turn();
        vm.room(1);
        rig.turnAfter(HOLD_NANOS - 1);
        assertSent(3);
        rig.turnAfter(HOLD_NANOS - 1);
        assertThat(a.toVm().drops()).isZero();
        rig.turnAfter(1);
        assertThat(a.toVm().drops(VM_FULL)).isEqualTo(2);
    }

    @Test
    void roomAndDeadlineInTheSameTurnSendRatherThanDrop() throws SyscallException {
        uplink.give(fromLan(1, 5));
        rig.turn();
        vm.unlimitedRoom();
        rig.turnAfter(HOLD_NANOS);
        assertSent(5);
        assertThat(a.toVm().drops()).isZero();
    }

    @Test
    void detachingWhileFramesAreHeldCountsEachOnce() throws SyscallException {
        uplink.give(fromLan(1, 6));
        rig.turn();
        a.detach("asked to");
        assertThat(a.toVm().drops(DETACHED)).isEqualTo(4);
        assertThat(a.toVm().drops()).isEqualTo(4);
        assertThat(a.isHolding()).isFalse();
        assertThat(rig.poller.wantsReadable(uplink.fd())).as("goes on").isTrue();
        rig.turnAfter(10 * HOLD_NANOS);
        assertThat(a.toVm().drops()).as("no timer is left").isEqualTo(4);
    }

    @Test
    void detachingWhileFramesAreHeldLeavesNoTimer() throws SyscallException {
        attachVmThatDoesNotTellRoom();
        vm.room(0);
        uplink.give(fromLan(1, 6));
        rig.turn();
        assertThat(a.isHolding()).isTrue();
        a.detach("asked to");
        rig.turn();
        assertThat(rig.poller.patience()).isNegative();
    }

    @Test
    void aLinkThatFailsWhileFramesAreHeldCountsEachOnce() throws SyscallException {
        uplink.give(fromLan(1, 6));
        rig.turn();
        vm.unlimitedRoom();
        vm.failSendAfter(1, failure(Errno.ECONNREFUSED));
        rig.turn();
        assertSent(3);
        assertThat(a.isAttached()).isFalse();
        assertThat(a.toVm().drops(DETACHED)).isEqualTo(3);
        assertThat(a.toVm().drops()).isEqualTo(3);
        assertThat(rig.poller.wantsReadable(uplink.fd())).as("goes on").isTrue();
    }

    @Test
    void aKernelThatWillNotWatchForRoomLosesTheVmOnly() throws SyscallException {
        uplink.give(fromLan(1, 6));
        rig.poller.failNextChange(failure(Errno.ENOMEM));
        rig.turn();
        assertThat(a.isAttached()).isFalse();
        assertThat(a.toVm().drops(DETACHED)).isEqualTo(4);
        assertThat(rig.poller.wantsReadable(uplink.fd())).isTrue();
    }

    @Test
    void aWatchThatCannotBeRestoredDoesNotLeaveTheUplinkPaused() throws SyscallException {
        uplink.give(fromLan(1, 6));
        rig.turn();
        vm.unlimitedRoom();
        rig.poller.failNextChange(failure(Errno.ENOMEM));
        rig.turn();
        assertSent(6);
        assertThat(a.isAttached()).isFalse();
        assertThat(rig.poller.wantsReadable(uplink.fd())).isTrue();
        FakeVmLink next = rig.vm(a, network);
        uplink.give(fromLan(7, 1));
        rig.turn();
        assertThat(next.sentNumbers()).containsExactly(7);
    }
}
