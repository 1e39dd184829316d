package switchd.core;

import static org.assertj.core.api.Assertions.assertThat;
import static switchd.core.testkit.Frames.BROADCAST;
import static switchd.core.testkit.Frames.frame;
import static switchd.core.testkit.Frames.mac;

import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import switchd.core.testkit.FakeLan;
import switchd.core.testkit.FakeUplink;
import switchd.core.testkit.FakeVmLink;

/// A million frames each way through loop, port and network, with a source and a sink that do not
/// allocate: nor must anything between them.
final class FramePathAllocationTest {
    private static final long FRAMES = 1_000_000;

    /// Frames before the measured ones: class loading, and the compilers.
    private static final long WARM_UP = 300_000;

    /// Zero is what is usually seen. Some hundred bytes are allowed for, once in a whole run: where
    /// the compiler takes back an optimistic guess, it makes the objects that it had optimised
    /// away. An object of 16 bytes for every turn of 256 frames would make 62,000.
    private static final long ONCE_BYTES = 4096;

    private final Rig rig = new Rig();
    private final FakeLan lan = new FakeLan(Rig.MTU, true);
    private final BridgedNetwork network = rig.bridged(lan);
    private AllocatedBytes allocated;
    private FakeVmLink vmA;
    private FakeVmLink vmB;
    private FakeUplink upA;
    private Port a;

    @BeforeEach
    void twoKnownVms() throws Exception {
        allocated = new AllocatedBytes();
        a = rig.port(network, "a", mac(1).toString());
        vmA = rig.vm(a, network);
        vmB = rig.vm(rig.port(network, "b", "any"), network);
        upA = lan.uplinks().getFirst();
        rig.poller.follow(upA);
        vmA.give(frame(mac(9), mac(1), 1));
        vmB.give(frame(mac(9), mac(2), 1));
        rig.turn();
        vmA.keepsNothing();
        vmB.keepsNothing();
        upA.keepsNothing();
    }

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void framesFromAVmToTheLanAllocateNothing() throws SyscallException {
        vmA.repeat(frame(mac(9), mac(1), 1, 1514), Long.MAX_VALUE);
        assertAllocatesNothing("VM to LAN", upA::sentFrames);
    }

    @Test
    void framesFromTheLanToAVmAllocateNothing() throws SyscallException {
        upA.repeat(frame(mac(1), mac(9), 1, 1514), Long.MAX_VALUE);
        assertAllocatesNothing("LAN to VM", vmA::sentFrames);
    }

    @Test
    void framesFromPortToPortAllocateNothing() throws SyscallException {
        vmB.repeat(frame(mac(1), mac(2), 1, 1514), Long.MAX_VALUE);
        assertAllocatesNothing("port to port", vmA::sentFrames);
    }

    @Test
    void framesThatAreHeldAllocateNothing() throws SyscallException {
        upA.repeat(frame(mac(1), mac(9), 1, 1514), Long.MAX_VALUE);
        LongSupplier slowVm =
                () -> {
                    vmA.room(40); // less than a batch: every one is held in part
                    return vmA.sentFrames();
                };
        assertAllocatesNothing("LAN to VM, held", slowVm);
        assertThat(a.toVm().drops()).isZero();
    }

    @Test
    void framesThatAreDroppedAllocateNothing() throws SyscallException {
        vmA.repeat(frame(BROADCAST, mac(7), 1, 60), Long.MAX_VALUE);
        assertAllocatesNothing("foreign source", () -> a.toLan().drops(DropCause.FOREIGN_SOURCE));
    }

    private void assertAllocatesNothing(String way, LongSupplier moved) throws SyscallException {
        turnUntil(WARM_UP, moved);
        long frames = moved.getAsLong();
        long before = allocated.now();
        turnUntil(frames + FRAMES, moved);
        long bytes = allocated.now() - before;
        frames = moved.getAsLong() - frames;
        System.out.println(way + ": " + bytes + " bytes allocated for " + frames + " frames");
        assertThat(bytes).isLessThan(ONCE_BYTES);
    }

    private void turnUntil(long frames, LongSupplier moved) throws SyscallException {
        while (moved.getAsLong() < frames) {
            rig.turn();
        }
    }
}
