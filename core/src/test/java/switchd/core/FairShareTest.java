package switchd.core;

import static org.assertj.core.api.Assertions.assertThat;
import static switchd.core.testkit.Frames.BROADCAST;
import static switchd.core.testkit.Frames.frame;
import static switchd.core.testkit.Frames.mac;

import org.junit.jupiter.api.Test;

/// How many frames of a port that floods, or is flooded, come before those of another one, and that
/// a port that alone has something moves whole batches.
final class FairShareTest extends BridgedFixture {
    private static final int TURNS = 100;
    private static final byte[] FROM_B = frame(mac(9), mac(2), 1);
    private static final byte[] TO_B = frame(mac(2), mac(9), 2);

    private void flood() {
        vmA.repeat(frame(mac(9), mac(1), 1), Long.MAX_VALUE);
    }

    private void floodFromLan() throws SyscallException {
        vmA.give(frame(mac(9), mac(1), 1));
        rig.turn();
        upA.repeat(frame(mac(1), mac(9), 1), Long.MAX_VALUE);
    }

    @Test
    void aPortThatAloneHasSomethingMovesWholeBatches() throws SyscallException {
        floodFromLan();
        flood();
        long before = upA.sentFrames();
        for (int i = 0; i < TURNS; i++) {
            rig.turn();
        }
        assertThat(upA.sentFrames() - before).isEqualTo(TURNS * FrameBatch.CAPACITY);
        assertThat(vmA.sentFrames()).isEqualTo(TURNS * FrameBatch.CAPACITY);
    }

    @Test
    void aFloodMovesFewFramesBeforeThoseOfAnotherVm() throws SyscallException {
        flood();
        vmB.give(FROM_B);
        rig.turn();
        assertThat(upB.sentFrames()).as("in the same turn").isEqualTo(1);
        for (int i = 1; i < TURNS; i++) {
            long before = upA.sentFrames();
            vmB.give(FROM_B);
            upB.give(TO_B);
            rig.turn();
            assertThat(upA.sentFrames() - before).isEqualTo(FairShare.AMONG_OTHERS);
            assertThat(upB.sentFrames()).isEqualTo(1 + i);
            assertThat(vmB.sentFrames()).isEqualTo(i);
        }
    }

    @Test
    void aFloodFromTheLanMovesFewFramesBeforeThoseOfAnotherVm() throws SyscallException {
        floodFromLan();
        vmB.give(FROM_B);
        rig.turn();
        for (int i = 1; i < TURNS; i++) {
            long before = vmA.sentFrames();
            vmB.give(FROM_B);
            upB.give(TO_B);
            rig.turn();
            assertThat(vmA.sentFrames() - before).isEqualTo(FairShare.AMONG_OTHERS);
            assertThat(upB.sentFrames()).isEqualTo(1 + i);
            assertThat(vmB.sentFrames()).isEqualTo(i);
        }
    }

    /// As a stream and a BPF device do: what is here already is nothing that the poller tells of,
    /// or tells of besides.
    @Test
    void whatWasTakenFromTheKernelAtOnceComesInFewFramesToo() throws SyscallException {
        upA.readAhead();
        floodFromLan();
        vmB.give(FROM_B);
        rig.turn();
        rig.turn();
        for (int i = 0; i < TURNS; i++) {
            long before = vmA.sentFrames();
            rig.poller.readable(upA.fd());
            rig.turn();
            assertThat(vmA.sentFrames() - before).isEqualTo(FairShare.AMONG_OTHERS);
        }
    }

    @Test
    void wholeBatchesComeBackOnceTheOthersHaveHadNothingForAWhile() throws SyscallException {
        flood();
        rig.turn();
        vmB.give(FROM_B);
        rig.turn();
        rig.turn();
        long before = upA.sentFrames();
        rig.turnAfter(FairShare.LATELY_NANOS - 1);
        assertThat(upA.sentFrames() - before).isEqualTo(FairShare.AMONG_OTHERS);
        rig.turnAfter(1);
        assertThat(upA.sentFrames() - before)
                .isEqualTo(FairShare.AMONG_OTHERS + FrameBatch.CAPACITY);
    }

    @Test
    void framesForAPortWithoutAVmAreNoReasonForFewFrames() throws SyscallException {
        b.detach("asked to");
        flood();
        rig.turn();
        upB.give(frame(BROADCAST, mac(9), 1));
        rig.turn();
        assertThat(upA.sentFrames()).isEqualTo(2 * FrameBatch.CAPACITY);
    }
}
