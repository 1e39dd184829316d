package switchd.daemon.it;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/// Rounds of three stretches: two without the neighbour, which tell how far apart two that should
/// be the same are here and now, and one with it.
final class Rounds {
    private final List<PingStream.Stretch> alone = new ArrayList<>();
    private final List<PingStream.Stretch> beside = new ArrayList<>();
    private final List<Double> answered = new ArrayList<>();
    private final List<Double> p99 = new ArrayList<>();
    private final List<Double> noise = new ArrayList<>();

    void add(PingStream.Stretch one, PingStream.Stretch other, PingStream.Stretch with) {
        alone.add(one);
        alone.add(other);
        beside.add(with);
        answered.add(2.0 * with.answered() / (one.answered() + other.answered()));
        p99.add(2.0 * with.p99() / (one.p99() + other.p99()));
        noise.add((double) Math.max(one.p99(), other.p99()) / Math.min(one.p99(), other.p99()));
    }

    int count() {
        return p99.size();
    }

    /// Of the answers by the median round, of the 99th percentile against the longest without the
    /// neighbour: what else the machine does makes the one many times the other.
    boolean areWithinTenPercent() {
        long longest = alone.stream().mapToLong(PingStream.Stretch::p99).max().orElseThrow();
        return median(answered) >= 0.9
                && micros(beside, PingStream.Stretch::p99) <= 1.1 * longest / 1e3;
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private static double micros(
            List<PingStream.Stretch> stretches, ToLongFunction<PingStream.Stretch> time) {
        return median(stretches.stream().map(each -> time.applyAsLong(each) / 1e3).toList());
    }

    @Override
    public String toString() {
        return "%.2f of the answers, p99 of %.2f times that without it (two without differ by %.2f), %d rounds; medians of p50 %.0f to %.0f us, of p99 %.0f to %.0f us"
                .formatted(
                        median(answered),
                        median(p99),
                        median(noise),
                        count(),
                        micros(alone, PingStream.Stretch::p50),
                        micros(beside, PingStream.Stretch::p50),
                        micros(alone, PingStream.Stretch::p99),
                        micros(beside, PingStream.Stretch::p99));
    }
}
