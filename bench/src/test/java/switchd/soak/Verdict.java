package switchd.soak;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/// What a run has come to: rules, each with its figure.
///
/// @param passed whether no rule has failed
/// @param rules all of them
record Verdict(boolean passed, List<Rule> rules) {
    /// Seconds that a daemon must have run for its figures to have a trend.
    static final double LEAST_FOR_TREND = 300;

    private static final double MORE_MEMORY = 0.10;
    private static final double MORE_HEAP = 0.25;
    private static final double MORE_LATENCY = 0.50;
    private static final double MOST_LOST = 1e-4;
    private static final int MORE_DESCRIPTORS = 3;
    private static final int MORE_THREADS = 2;

    /// Whether a rule holds.
    enum Outcome {
        PASSED,
        FAILED,
        /// The run was too short for it.
        NOT_JUDGED
    }

    /// One of them.
    ///
    /// @param name what must hold
    /// @param bound the limit
    /// @param figure what was measured
    record Rule(String name, String bound, String figure, Outcome outcome) {}

    /// What was there when all was over.
    ///
    /// @param silent VMs that could not talk, with the time when that was seen
    /// @param errors lines of the daemon's log that should not be there
    /// @param left interfaces, files and processes that a stopped daemon has left
    /// @param stopMillis how long the stop took
    /// @param twice frames that came twice
    record Ending(
            List<String> silent,
            List<String> errors,
            List<String> left,
            long stopMillis,
            int twice) {}

    static Verdict of(List<Sample> samples, List<Fault> faults, Ending ending) {
        List<Rule> rules = new ArrayList<>();
        rules.add(none("every VM can talk at each rest and at the end", ending.silent()));
        rules.addAll(recoveries(faults));
        rules.addAll(rests(samples));
        List<Sample> longest = longestLife(samples);
        rules.add(
                memory("resident memory has no trend", longest, Sample::residentMiB, MORE_MEMORY));
        rules.add(memory("heap after a collection has none", longest, Sample::heapMiB, MORE_HEAP));
        List<Sample> calm = samples.stream().filter(sample -> !sample.fault()).toList();
        rules.add(latency("p99 of VM to LAN has none", calm, s -> s.lan().p99()));
        rules.add(latency("p99 of VM to VM has none", calm, s -> s.vm().p99()));
        rules.add(losses(calm));
        rules.add(rule("no frame comes twice", "0", ending.twice() + "", ending.twice() == 0));
        rules.add(none("no error and no exception in the log", ending.errors()));
        rules.add(
                rule(
                        "the stop is quick",
                        "2000 ms",
                        ending.stopMillis() + " ms",
                        ending.stopMillis() <= 2000));
        rules.add(none("nothing is left behind", ending.left()));
        return new Verdict(rules.stream().noneMatch(r -> r.outcome() == Outcome.FAILED), rules);
    }

    private static Rule rule(String name, String bound, String figure, boolean holds) {
        return new Rule(name, bound, figure, holds ? Outcome.PASSED : Outcome.FAILED);
    }

    private static Rule none(String name, List<String> found) {
        String some = found.stream().limit(5).collect(Collectors.joining("; "));
        return rule(name, "0", found.size() + (some.isEmpty() ? "" : ": " + some), found.isEmpty());
    }

    private static List<Rule> recoveries(List<Fault> faults) {
        Map<String, List<Fault>> kinds =
                faults.stream()
                        .collect(
                                Collectors.groupingBy(
                                        Fault::kind, TreeMap::new, Collectors.toList()));
        return kinds.entrySet().stream()
                .map(kind -> {
                    List<Fault> all = kind.getValue();
                    double bound = all.getFirst().bound();
                    double worst =
                            all.stream()
                                    .max(Comparator.comparingDouble(Fault::took))
                                    .orElseThrow()
                                    .took();
                    return rule(
                            "all talk again after: " + kind.getKey(),
                            String.format(Locale.ROOT, "%.0f s", bound),
                            String.format(
                                    Locale.ROOT, "%.2f s, the worst of %d", worst, all.size()),
                            worst <= bound);
                })
                .toList();
    }

    private static List<Rule> rests(List<Sample> samples) {
        List<Sample> ends = endsOfRests(samples);
        return List.of(
                back("descriptors", ends, Sample::descriptors, MORE_DESCRIPTORS),
                back("threads", ends, Sample::threads, MORE_THREADS),
                back("interfaces", ends, Sample::interfaces, 0),
                back("members of the bridge", ends, Sample::members, 0),
                back("files beside the sockets", ends, Sample::files, 0));
    }

    /// The last second of each rest; that of the first is the measure for the others.
    private static List<Sample> endsOfRests(List<Sample> samples) {
        List<Sample> ends = new ArrayList<>();
        for (int i = 0; i < samples.size(); i++) {
            boolean isLast = i + 1 == samples.size() || !samples.get(i + 1).rest();
            if (samples.get(i).rest() && isLast) {
                ends.add(samples.get(i));
            }
        }
        return ends;
    }

    private static Rule back(
            String what, List<Sample> ends, ToDoubleFunction<Sample> figure, int more) {
        String name = what + " are as before at each rest";
        if (ends.size() < 2) {
            return new Rule(name, "+" + more, ends.size() + " rests", Outcome.FAILED);
        }
        double first = figure.applyAsDouble(ends.getFirst());
        double most = ends.stream().mapToDouble(figure).max().orElseThrow();
        double last = figure.applyAsDouble(ends.getLast());
        double least = ends.stream().mapToDouble(figure).min().orElseThrow();
        return rule(
                name,
                "+" + more,
                String.format(
                        Locale.ROOT,
                        "%.0f at first, %.0f to %.0f at %d rests, %.0f at the last",
                        first,
                        least,
                        most,
                        ends.size(),
                        last),
                most <= first + more && (more > 0 || least == first));
    }

    private static List<Sample> longestLife(List<Sample> samples) {
        return samples.stream()
                .filter(sample -> !Double.isNaN(sample.residentMiB()))
                .collect(Collectors.groupingBy(Sample::life))
                .values()
                .stream()
                .max(Comparator.comparingInt(List::size))
                .orElse(List.of());
    }

    private static boolean isLong(List<Sample> samples) {
        return !samples.isEmpty()
                && samples.getLast().seconds() - samples.getFirst().seconds() >= LEAST_FOR_TREND;
    }

    private static Rule memory(
            String name, List<Sample> life, ToDoubleFunction<Sample> figure, double more) {
        String bound = String.format(Locale.ROOT, "+%.0f %%", 100 * more);
        Trend trend = Trend.of(life, figure);
        if (!isLong(life) || !trend.isKnown()) {
            return new Rule(name, bound, "the run is too short", Outcome.NOT_JUDGED);
        }
        String shown =
                String.format(
                        Locale.ROOT,
                        "%.1f MiB in the second quarter of the longest life (%.0f s), %.1f MiB in the"
                                + " last: %+.1f %%; by the line that fits best %+.1f %%",
                        trend.before(),
                        life.getLast().seconds() - life.getFirst().seconds(),
                        trend.after(),
                        100 * (trend.ratio() - 1),
                        100 * trend.rise());
        return rule(name, bound, shown, trend.ratio() <= 1 + more && trend.rise() <= more);
    }

    /// What the machine itself has become slower by, as the pair past the daemon shows it, does not
    /// count.
    private static Rule latency(String name, List<Sample> calm, ToDoubleFunction<Sample> figure) {
        String bound = String.format(Locale.ROOT, "+%.0f %%", 100 * MORE_LATENCY);
        Trend trend = Trend.of(calm, figure);
        Trend past = Trend.of(calm, sample -> sample.past().p99());
        if (!isLong(calm) || !trend.isKnown() || !past.isKnown()) {
            return new Rule(name, bound, "the run is too short", Outcome.NOT_JUDGED);
        }
        double growth = trend.ratio() / Math.max(1, past.ratio());
        String shown =
                String.format(
                        Locale.ROOT,
                        "%.2f ms in the second quarter, %.2f ms in the last (past the daemon: %.2f"
                                + " and %.2f): %+.0f %%",
                        trend.before(),
                        trend.after(),
                        past.before(),
                        past.after(),
                        100 * (growth - 1));
        return rule(name, bound, shown, growth <= 1 + MORE_LATENCY);
    }

    private static Rule losses(List<Sample> calm) {
        int sent = calm.stream().mapToInt(Sample::sent).sum();
        int lost = calm.stream().mapToInt(Sample::lost).sum();
        return rule(
                "frames are lost in faults only",
                "1 of 10000",
                lost + " of " + sent,
                sent > 0 && lost <= MOST_LOST * sent);
    }
}
