package switchd.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static switchd.linux.TestLan.BRIDGE;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import switchd.core.Counters;
import switchd.core.Direction;
import switchd.core.DropCause;
import switchd.core.FrameBatch;
import switchd.core.Lan;
import switchd.core.Reception;
import switchd.core.Uplink;
import switchd.posix.testkit.NeedsRoot;

/// Super-segments on a bridge, where another TAP sends them: an uplink that cuts them gets octet
/// for octet what one gets for which the kernel does it.
@NeedsRoot
@Timeout(60)
class OffloadTest {
    private final Random random = new Random(8);

    /// A TAP that sends segments, an uplink that cuts them and one that has them cut.
    private record Bench(TestLan lan, SegmentSender sender, Uplink cutting, Uplink plain) {
        /// What the senders' TAP has sent, as one uplink gets it, up to the frame with this word.
        List<byte[]> frames(Uplink uplink, String end) throws Exception {
            return TestFrames.allUntil(lan.linux, uplink, end).stream()
                    .filter(frame -> frame[5] == 1 && TestFrames.word(frame).startsWith("foreign"))
                    .toList();
        }

        void end(String word) {
            sender.send(TestFrames.frame(TestLan.BROADCAST, TestLan.STATION, word));
        }
    }

    @FunctionalInterface
    private interface Body {
        void run(Bench bench) throws Exception;
    }

    private static void run(Body body) throws Exception {
        TestLan.run(
                true,
                lan -> {
                    Lan without = lan.host.openBridge(BRIDGE);
                    without.withoutOffload();
                    try (Uplink cutting = lan.host.openBridge(BRIDGE).openUplink(lan.slots);
                            Uplink plain = without.openUplink(lan.slots);
                            SegmentSender sender = SegmentSender.open(lan)) {
                        cutting.accept(new Reception.Everything());
                        plain.accept(new Reception.Everything());
                        Bench bench = new Bench(lan, sender, cutting, plain);
                        for (Uplink uplink : List.of(cutting, plain)) {
                            TestFrames.untilResent(
                                    lan.linux, uplink, "there", () -> bench.end("there"));
                        }
                        bench.end("begin");
                        bench.frames(cutting, "begin");
                        bench.frames(plain, "begin");
                        body.run(bench);
                    }
                });
    }

    private byte[] octets(int count) {
        byte[] octets = new byte[count];
        random.nextBytes(octets);
        return octets;
    }

    private Wire packet(boolean isSix, boolean isTcp, int length) {
        int flags = Wire.ACK | (random.nextBoolean() ? Wire.PSH | Wire.FIN : 0);
        Wire packet = Wire.of(isSix, isTcp, octets(length));
        boolean tagged = random.nextInt(3) == 0;
        return packet.with(tagged ? 1 : 0, new byte[0], octets(4 * random.nextInt(4)))
                .with(
                        random.nextInt(65_536),
                        random.nextInt(),
                        flags | (random.nextInt(4) == 0 ? Wire.CWR : 0),
                        packet.payload());
    }

    @Test
    void whatIsCutHereIsWhatTheKernelCuts() throws Exception {
        run(bench -> {
            int cut = 0;
            for (int round = 0; round < 60; round++) {
                Wire packet =
                        packet(
                                random.nextBoolean(),
                                random.nextBoolean(),
                                2 + random.nextInt(round % 6 == 0 ? 60_000 : 6_000));
                int largest = Math.min(1400, packet.payload().length - 1);
                int size =
                        Math.max(
                                1,
                                Math.max(
                                        packet.payload().length / 120,
                                        largest - random.nextInt(largest)));
                bench.sender().send(packet, size);
                bench.end("round" + round);
                List<byte[]> ours = bench.frames(bench.cutting(), "round" + round);
                List<byte[]> kernels = bench.frames(bench.plain(), "round" + round);
                assertThat(ours)
                        .as("round %d: %s by %d", round, packet, size)
                        .containsExactlyElementsOf(kernels)
                        .hasSize(Math.ceilDiv(packet.payload().length, size));
                cut += ours.size();
            }
            assertThat(cut).isGreaterThan(600);
            assertThat(losses(bench.cutting())).isZero();
        });
    }

    /// The segments did come in one piece: else the kernel would have been compared to itself.
    @Test
    void aSegmentIsOneCallToTheKernel() throws Exception {
        run(bench -> {
            Wire packet = Wire.of(false, true, octets(60_000));
            bench.sender().send(packet, 500);
            FrameBatch batch = bench.cutting().receive(FrameBatch.CAPACITY);
            while (!bench.cutting().hasMore()) {
                batch = bench.cutting().receive(FrameBatch.CAPACITY);
            }
            long cut = 0;
            for (int i = 0; i < batch.count(); i++) {
                cut += batch.destination(i) == 0x0200_0000_0001L ? 1 : 0;
            }
            assertThat(bench.plain().hasMore()).isFalse();
            Counters toVm = new Counters(Direction.TO_VM);
            bench.cutting().accept(new Reception.Groups());
            bench.cutting().countLosses(toVm);
            assertThat(bench.cutting().hasMore()).isFalse();
            assertThat(toVm.drops(DropCause.DETACHED)).isEqualTo(120 - cut).isPositive();
        });
    }

    @Test
    void unfinishedChecksumsAreFinished() throws Exception {
        run(bench -> {
            for (int round = 0; round < 20; round++) {
                Wire packet = packet((round & 1) != 0, (round & 2) != 0, 1 + random.nextInt(1300));
                bench.sender().send(packet, 0);
                bench.end("round" + round);
                assertThat(bench.frames(bench.cutting(), "round" + round))
                        .as("%s", packet)
                        .containsExactly(packet.whole());
                assertThat(bench.frames(bench.plain(), "round" + round))
                        .containsExactly(packet.whole());
            }
        });
    }

    @Test
    void framesThatAreTooLongForTheNetworkAreToldByTheirLength() throws Exception {
        run(bench -> {
            Wire packet = Wire.of(true, true, octets(9_000));
            bench.sender().send(packet, 4_000);
            bench.end("end");
            int slot = bench.lan().slots.slotBytes();
            assertThat(bench.frames(bench.cutting(), "end"))
                    .extracting(frame -> frame.length)
                    .containsExactly(slot, slot, packet.data() + 1_000);
            assertThat(bench.frames(bench.plain(), "end"))
                    .extracting(frame -> frame.length)
                    .containsExactly(slot, slot, packet.data() + 1_000);
        });
    }

    private static long losses(Uplink uplink) {
        Counters toVm = new Counters(Direction.TO_VM);
        uplink.countLosses(toVm);
        return toVm.drops();
    }
}
