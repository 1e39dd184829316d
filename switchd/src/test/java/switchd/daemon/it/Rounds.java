package switchd.daemon.it;

import java.util.ArrayList;
import java.util.List;
import switchd.daemon.it.PingStream.Stretch;

/// Rounds of three stretches: two without the neighbour, which tell how far apart two that should
/// be the same are here and now, and one with it.
final class Rounds {
    private final List<Stretch> first = new ArrayList<>();
    private final List<Stretch> second = new ArrayList<>();
    private final List<Stretch> beside = new ArrayList<>();

    void add(Stretch one, Stretch other, Stretch with) {
        first.add(one);
        second.add(other);
        beside.add(with);
    }

    int count() {
        return beside.size();
    }

    /// Of the answers, and of the median round's 99th percentile against the longest without the
    /// neighbour: what else the machine does makes the one many times the other.
    boolean areWithinTenPercent() {
        long longest = alone().stream().mapToLong(Stretch::p99).max().orElseThrow();
        List<Long> p99 = beside.stream().map(Stretch::p99).sorted().toList();
        return answered() >= 0.9 && p99.get(p99.size() / 2) <= 1.1 * longest;
    }

    private List<Stretch> alone() {
        List<Stretch> both = new ArrayList<>(first);
        both.addAll(second);
        return both;
    }

    /// What is answered of what is sent, with the neighbour to without it.
    private double answered() {
        return share(beside) / share(alone());
    }

    private static double share(List<Stretch> stretches) {
        Stretch all = Stretch.of(stretches);
        return (double) all.answered() / all.sent();
    }

    @Override
    public String toString() {
        Stretch without = Stretch.of(alone());
        Stretch with = Stretch.of(beside);
        double noise = (double) Stretch.of(first).p99() / Stretch.of(second).p99();
        return ("%.3f of the answers, p99 of %.2f times that without it (two without: %.2f),"
                        + " %d rounds; p50 %.0f to %.0f us, p99 %.0f to %.0f us")
                .formatted(
                        answered(),
                        (double) with.p99() / without.p99(),
                        noise,
                        count(),
                        without.p50() / 1e3,
                        with.p50() / 1e3,
                        without.p99() / 1e3,
                        with.p99() / 1e3);
    }
}
