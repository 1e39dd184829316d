package switchd.core;

import static org.assertj.core.api.Assertions.assertThat;
import static switchd.core.DropCause.DETACHED;
import static switchd.core.DropCause.VM_FULL;
import static switchd.core.Port.HOLD_NANOS;
import static switchd.core.Port.RETRY_NANOS;
import static switchd.core.Rig.failure;
import static switchd.core.testkit.Frames.frame;
import static switchd.core.testkit.Frames.frames;
import static switchd.core.testkit.Frames.mac;

import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import switchd.core.testkit.FakeLan;
import switchd.core.testkit.FakeUplink;
import switchd.core.testkit.FakeVmLink;

final class PortHoldTest {
    /// Frames of the ordinary MTU that a port can hold.
    private static final int HELD_AT_MOST = 345;

    private final Rig rig = new Rig();
    private final FakeLan lan = new FakeLan(Rig.MTU, true);
    private final BridgedNetwork network = rig.bridged(lan);
    private Port a;
    private FakeVmLink vm;
    private FakeUplink uplink;
    private FakeVmLink other;

    @BeforeEach
    void aVmWithRoomForTwo() throws SwitchdException {
        a = rig.port(network, "a", mac(1).toString());
        vm = rig.vm(a, network);
        uplink = lan.uplinks().getFirst();
        rig.poller.follow(uplink);
        other = rig.vm(rig.port(network, "b", mac(2).toString()), network);
        vm.give(frame(mac(9), mac(1), 0));
        rig.turn(); // so that a's address is known to the network
        vm.room(2);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private byte[][] fromLan(int first, int count) {
        return frames(mac(1), mac(9), first, count);
    }

    private void assertSent(int count) {
        assertThat(vm.sentNumbers()).isEqualTo(IntStream.rangeClosed(1, count).boxed().toList());
        assertThat(a.toVm().frames()).isEqualTo(count);
    }

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
        a.detach("another kind of link");
        vm = rig.attach(a, new FakeVmLink("a.sock", network.slots(), false));
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
        a.detach("another kind of link");
        vm = rig.attach(a, new FakeVmLink("a.sock", network.slots(), false));
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
