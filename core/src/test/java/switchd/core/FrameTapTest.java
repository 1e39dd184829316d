package switchd.core;

import static org.assertj.core.api.Assertions.assertThat;
import static switchd.core.Direction.TO_LAN;
import static switchd.core.Direction.TO_VM;
import static switchd.core.testkit.Frames.BROADCAST;
import static switchd.core.testkit.Frames.frame;
import static switchd.core.testkit.Frames.frames;
import static switchd.core.testkit.Frames.mac;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import switchd.core.RecordingTap.Seen;

/// What a tap is shown of the frames at its port. That it is as many as are counted, whatever
/// happens, is [ConservationTest]'s.
final class FrameTapTest extends BridgedFixture {
    private static final int LAN = 9;

    private RecordingTap tapA;
    private RecordingTap tapB;

    @BeforeEach
    void tap() throws SwitchdException {
        vmA.give(frame(mac(LAN), mac(1), 0));
        rig.turn();
        tapA = new RecordingTap(a);
        tapB = new RecordingTap(b);
    }

    @Test
    void aFrameForTheLanIsShownWhenItIsSent() throws SwitchdException {
        vmA.give(frames(mac(LAN), mac(1), 1, 2));
        upA.room(1);
        rig.turn();
        assertThat(tapA.seen)
                .containsExactly(seen(TO_LAN, null, 1), seen(TO_LAN, DropCause.UPLINK_FULL, 2));
        assertThat(tapB.seen).isEmpty();
    }

    @Test
    void aFrameFromPortToPortIsShownAtBoth() throws SwitchdException {
        vmA.give(frame(mac(2), mac(1), 5));
        rig.turn();
        assertThat(tapA.seen).containsExactly(seen(TO_LAN, null, 5));
        assertThat(tapB.seen).containsExactly(seen(TO_VM, null, 5));
    }

    @Test
    void whatThePolicyForbidsIsShownWithTheCause() throws SwitchdException {
        vmA.give(
                frame(mac(LAN), mac(7), 1),
                frame(mac(LAN), mac(1), 2),
                frame(BROADCAST, mac(1), 3, 1519));
        rig.turn();
        assertThat(tapA.seen)
                .containsExactly(
                        seen(TO_LAN, DropCause.FOREIGN_SOURCE, 1),
                        new Seen(TO_LAN, DropCause.OVERSIZE, 3, 1519),
                        seen(TO_LAN, null, 2));
    }

    @Test
    void aHeldFrameIsShownWhenItsFateIsKnown() throws SwitchdException {
        vmA.room(1);
        upA.give(frames(mac(1), mac(LAN), 1, 3));
        rig.turn();
        assertThat(tapA.seen).containsExactly(seen(TO_VM, null, 1));
        vmA.room(1);
        rig.turn();
        assertThat(tapA.seen).endsWith(seen(TO_VM, null, 2)).hasSize(2);
        rig.turnAfter(VmQueue.HOLD_NANOS);
        assertThat(tapA.seen).endsWith(seen(TO_VM, DropCause.VM_FULL, 3)).hasSize(3);
    }

    @Test
    void aFrameThatTheKernelLostIsToldAsANumber() throws SwitchdException {
        upA.overrun(4);
        upA.give(frame(mac(1), mac(LAN), 1));
        rig.turn();
        assertThat(tapA.unseen).containsEntry(DropCause.OVERRUN, 4).hasSize(1);
        assertThat(tapA.seen).containsExactly(seen(TO_VM, null, 1));
    }

    @Test
    void aTapThatIsTakenAwayIsShownNothingMore() throws SwitchdException {
        a.tap(null);
        vmA.give(frame(mac(LAN), mac(1), 1));
        upA.give(frame(mac(1), mac(LAN), 1));
        rig.turn();
        assertThat(tapA.seen).isEmpty();
        assertThat(upA.sentFrames()).isEqualTo(2);
    }

    private static Seen seen(Direction direction, @Nullable DropCause cause, int number) {
        return new Seen(direction, cause, number, 60);
    }
}
