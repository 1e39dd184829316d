package switchd.daemon.selftest;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import switchd.core.FrameBatch;
import switchd.daemon.vm.VmSocket;

/// How many frames a second, and how late each.
final class Measurements {
    private static final List<Integer> LENGTHS = List.of(60, Stage.MTU + 14);
    private static final long RATE_NANOS = 800_000_000;
    private static final long SETTLE_NANOS = 100_000_000;
    private static final int CHUNK = 64;
    private static final int WINDOW = 4 * CHUNK;
    private static final int WARM_UP = 2_000;
    private static final int ROUNDS = 3_000;
    private static final int PING_BYTES = 60;
    private static final long PATIENCE_SECONDS = 5;

    private Measurements() {}

    /// Measures with the VMs of a stage, from the first port over the bridge to the far end.
    static Report.Figures take(Stage stage, String writer) throws Exception {
        return new Report.Figures(writer, rates(stage), latency(stage));
    }

    private static List<Report.Rate> rates(Stage stage) throws Exception {
        return List.of(rate(stage, LENGTHS.getFirst()), rate(stage, LENGTHS.getLast()));
    }

    /// Keeps a bounded number of frames under way. Those that do not come within a while are lost.
    private static Report.Rate rate(Stage stage, int length) throws Exception {
        Vm from = stage.one();
        Vm to = stage.lan();
        byte[] frame = FrameChecks.unicast(from, to, length);
        AtomicLong arrived = new AtomicLong();
        to.handTo(frames -> count(frames, length, arrived));
        try {
            long start = System.nanoTime();
            long last = start;
            long end = start;
            long sent = 0;
            long lost = 0;
            long received = 0;
            while (received + lost < sent || end - start < RATE_NANOS) {
                end = System.nanoTime();
                if (end - start < RATE_NANOS && sent - received - lost <= WINDOW - CHUNK) {
                    from.send(frame, CHUNK).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
                    sent += CHUNK;
                }
                long now = arrived.get();
                if (now > received) {
                    received = now;
                    last = System.nanoTime();
                } else if (System.nanoTime() - last > SETTLE_NANOS) {
                    lost = sent - received;
                    last = System.nanoTime();
                }
            }
            long nanos = Math.max(1, Math.min(last, end) - start);
            return new Report.Rate(length, received * 1_000_000_000 / nanos, sent, sent - received);
        } finally {
            to.handTo(null);
        }
    }

    private static void count(FrameBatch frames, int length, AtomicLong arrived) {
        int counted = 0;
        for (int i = 0; i < frames.count(); i++) {
            counted += frames.length(i) == length ? 1 : 0;
        }
        arrived.lazySet(arrived.get() + counted); // one thread counts
    }

    private static Report.Latency latency(Stage stage) throws Exception {
        double[] over = percentiles(stage.one(), stage.lan());
        String directory = Stage.directoryOf(Stage.socketOf(stage.firstPort()));
        String here = directory + "/direct-1.sock";
        String there = directory + "/direct-2.sock";
        try (Vm one = stage.openVm("direct-1", Stage.address(6), here);
                Vm other = stage.openVm("direct-2", Stage.address(7), there)) {
            one.connect(there);
            other.connect(here);
            double[] direct = percentiles(one, other);
            return new Report.Latency(
                    over[0],
                    over[1],
                    direct[0],
                    direct[1],
                    tenths(over[0] - direct[0]),
                    tenths(over[1] - direct[1]));
        }
    }

    /// Half of the median round trip, and of the 99th percentile, in microseconds.
    private static double[] percentiles(Vm from, Vm to) throws Exception {
        byte[] question = FrameChecks.unicast(from, to, PING_BYTES);
        byte[] answer = FrameChecks.unicast(to, from, PING_BYTES);
        Rounds rounds = new Rounds(from, question, answer);
        to.handTo(frames -> answerAll(frames, question, to, answer));
        from.handTo(rounds);
        try {
            from.send(question);
            long[] nanos = rounds.await();
            Arrays.sort(nanos);
            return new double[] {
                tenths(nanos[ROUNDS / 2] / 2000.0), tenths(nanos[ROUNDS * 99 / 100] / 2000.0)
            };
        } finally {
            from.handTo(null);
            to.handTo(null);
        }
    }

    private static void answerAll(FrameBatch frames, byte[] question, Vm to, byte[] answer) {
        for (int i = 0; i < frames.count(); i++) {
            if (TestFrame.is(Vm.copy(frames, i), question)) {
                to.answer(answer);
            }
        }
    }

    private static double tenths(double micros) {
        return Math.round(micros * 10) / 10.0;
    }

    /// Sends the next question when an answer comes. On the asking VM's thread.
    private static final class Rounds implements VmSocket.Receiver {
        private final CompletableFuture<long[]> done = new CompletableFuture<>();
        private final Vm from;
        private final byte[] question;
        private final byte[] answer;
        private final long[] nanos = new long[ROUNDS];
        private final AtomicInteger round = new AtomicInteger(-WARM_UP);
        private long asked = System.nanoTime();

        private Rounds(Vm from, byte[] question, byte[] answer) {
            this.from = from;
            this.question = question;
            this.answer = answer;
        }

        /// The times of all rounds: however long they take together, no single one may take long.
        private long[] await() throws Exception {
            int before = Integer.MIN_VALUE;
            while (round.get() > before) {
                before = round.get();
                try {
                    return done.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
                } catch (TimeoutException _) {
                    // The next look shows whether there was a round in between.
                }
            }
            throw CheckException.failed(
                    "of frames sent one by one, number "
                            + (round.get() + WARM_UP + 1)
                            + " or its answer did not arrive");
        }

        @Override
        public void receive(FrameBatch frames) {
            long now = System.nanoTime();
            for (int i = 0; i < frames.count() && round.get() < ROUNDS; i++) {
                if (!TestFrame.is(Vm.copy(frames, i), answer)) {
                    continue;
                }
                int finished = round.get();
                if (finished >= 0) {
                    nanos[finished] = now - asked;
                }
                if (round.incrementAndGet() == ROUNDS) {
                    done.complete(nanos);
                    return;
                }
                asked = System.nanoTime();
                from.answer(question);
            }
        }
    }
}
