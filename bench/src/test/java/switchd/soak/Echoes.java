package switchd.soak;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Echo requests by the second in which they were sent, and the time that the answers took. Used by
/// several threads.
final class Echoes {
    private final List<Second> seconds = new ArrayList<>();
    private final long start;
    private int twice;

    private static final class Second {
        private int sent;
        private int answered;
        private float[] millis = new float[64];
    }

    /// @param start the run's, by `System.nanoTime()`
    Echoes(long start) {
        this.start = start;
    }

    synchronized void sent(long at) {
        of(at).sent++;
    }

    /// An answer to what was sent at `at`.
    synchronized void answered(long at, long now) {
        Second second = of(at);
        if (second.answered == second.millis.length) {
            second.millis = Arrays.copyOf(second.millis, 2 * second.answered);
        }
        second.millis[second.answered++] = (now - at) / 1e6f;
    }

    /// An answer that had come before.
    synchronized void again() {
        twice++;
    }

    synchronized int twice() {
        return twice;
    }

    synchronized int sent(int second) {
        return second < seconds.size() ? seconds.get(second).sent : 0;
    }

    synchronized int lost(int second) {
        return second < seconds.size()
                ? seconds.get(second).sent - seconds.get(second).answered
                : 0;
    }

    synchronized Sample.Trips trips(int second) {
        if (second >= seconds.size() || seconds.get(second).answered == 0) {
            return new Sample.Trips(Double.NaN, Double.NaN);
        }
        Second one = seconds.get(second);
        float[] sorted = Arrays.copyOf(one.millis, one.answered);
        Arrays.sort(sorted);
        return new Sample.Trips(
                sorted[sorted.length / 2],
                sorted[Math.min(sorted.length - 1, sorted.length * 99 / 100)]);
    }

    private Second of(long at) {
        int second = (int) Math.max(0, (at - start) / 1_000_000_000);
        while (seconds.size() <= second) {
            seconds.add(new Second());
        }
        return seconds.get(second);
    }
}
