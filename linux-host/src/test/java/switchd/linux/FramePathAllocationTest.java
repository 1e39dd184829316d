package switchd.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import switchd.core.FrameBatch;
import switchd.core.FrameSource;
import switchd.core.Reception;
import switchd.core.Uplink;
import switchd.posix.testkit.NeedsRoot;

/// The frame path makes no objects. What it does before it is compiled is not counted, and the
/// compiler may come to it more than once: one stretch of rounds without objects shows it.
@NeedsRoot
@Timeout(120)
class FramePathAllocationTest {
    private static final int WARM_UP = 20_000;
    private static final int ROUNDS = 5_000;
    private static final int STRETCHES = 10;

    @Test
    void aTapTakesNoHeap() throws Exception {
        TestLan.run(
                true,
                lan -> {
                    try (Uplink uplink =
                            lan.host.openBridge(TestLan.BRIDGE).openUplink(lan.slots)) {
                        assertNoHeap(lan, uplink, frames(lan));
                    }
                });
    }

    @Test
    void aTapThatCutsSegmentsTakesNoHeap() throws Exception {
        TestLan.run(
                true,
                lan -> {
                    try (Uplink uplink = lan.host.openBridge(TestLan.BRIDGE).openUplink(lan.slots);
                            SegmentSender sender = SegmentSender.open(lan)) {
                        uplink.accept(new Reception.Everything());
                        byte[] there = TestFrames.frame(TestLan.BROADCAST, TestLan.VM, "there");
                        TestFrames.untilResent(
                                lan.linux, uplink, "there", () -> sender.send(there));
                        byte[] payload = new byte[5_000];
                        Wire segment = Wire.of(false, true, payload);
                        assertNoHeap(lan, uplink, sender.of(TestLan.VM, 1400, segment));
                    }
                });
    }

    @Test
    void aPacketSocketTakesNoHeap() throws Exception {
        TestLan.run(
                false,
                lan -> {
                    try (Uplink uplink =
                            lan.host.openInterface(TestLan.NIC).openUplink(lan.slots)) {
                        assertNoHeap(lan, uplink, frames(lan));
                    }
                });
    }

    /// The station's.
    private static TestFrames.Sending frames(TestLan lan) {
        FrameBatch in =
                TestFrames.batch(
                        lan.arena,
                        TestFrames.frame(TestLan.VM, TestLan.STATION, "in"),
                        TestFrames.frame(TestLan.VM, TestLan.STATION, "in"));
        return () -> lan.station.send(in, 0);
    }

    private static void assertNoHeap(TestLan lan, Uplink uplink, TestFrames.Sending in)
            throws Exception {
        uplink.accept(TestLan.FOR_VM);
        FrameBatch out =
                TestFrames.batch(
                        lan.arena,
                        TestFrames.frame(TestLan.STATION, TestLan.VM, "out"),
                        TestFrames.frame(TestLan.STATION, TestLan.VM, "out"));
        try (Arena arena = Arena.ofConfined();
                EpollPoller poller = EpollPoller.open(lan.linux, arena)) {
            poller.watch(uplink.fd(), 1, true, false);
            rounds(lan, uplink, poller, out, in, WARM_UP);
            long least = Long.MAX_VALUE;
            for (int stretch = 0; stretch < STRETCHES && least >= ROUNDS; stretch++) {
                long before = allocated();
                rounds(lan, uplink, poller, out, in, ROUNDS);
                least = Math.min(least, allocated() - before);
            }
            assertThat(least).as("bytes in %d rounds", ROUNDS).isLessThan(ROUNDS);
        }
    }

    private static void rounds(
            TestLan lan,
            Uplink uplink,
            EpollPoller poller,
            FrameBatch out,
            TestFrames.Sending in,
            int rounds)
            throws Exception {
        for (int round = 0; round < rounds; round++) {
            uplink.send(out, 0);
            drain(lan.station);
            in.run();
            int ready = poller.await(1_000_000_000);
            assertTrue(ready == 1 && poller.token(0) == 1 && poller.isReadable(0));
            drain(uplink);
        }
    }

    private static void drain(FrameSource source) throws Exception {
        while (source.receive(FrameBatch.CAPACITY).count() > 0) {}
    }

    private static void assertTrue(boolean holds) {
        if (!holds) {
            throw new AssertionError("no event");
        }
    }

    /// By reflection: the module that tells it is not one that this module reads.
    private static long allocated() throws ReflectiveOperationException {
        Object threads =
                Class.forName("java.lang.management.ManagementFactory")
                        .getMethod("getThreadMXBean")
                        .invoke(null);
        return (long)
                Class.forName("com.sun.management.ThreadMXBean")
                        .getMethod("getCurrentThreadAllocatedBytes")
                        .invoke(threads);
    }
}
