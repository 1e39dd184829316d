package switchd.bench.rig;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a scenario gave.
///
/// @param reference the contestant that the others are compared with
/// @param rows by cell, then by contestant
/// @param invalid the runs that did not count, and why
/// @param missing programs of contestants that this machine does not have
record Result(
        String scenario,
        String about,
        String reference,
        int rounds,
        List<Row> rows,
        List<String> invalid,
        List<String> missing) {

    /// A contestant in a cell.
    ///
    /// @param values by what was measured
    /// @param ratios to the reference of the same round; empty for the reference itself
    /// @param foreign CPU time of others, from 0 to 1; null where nobody looked
    record Row(
            String cell,
            String contestant,
            Map<Metric, Spread> values,
            Map<Metric, Spread> ratios,
            @Nullable Spread foreign) {}

    /// Puts the rounds of a contestant together.
    ///
    /// @param rounds its samples by round
    /// @param reference those that they are compared with; none for the reference itself
    static Row row(
            String cell,
            String contestant,
            Map<Integer, Sample> rounds,
            Map<Integer, Sample> reference) {
        Map<Metric, Spread> values = new TreeMap<>();
        Map<Metric, Spread> ratios = new TreeMap<>();
        for (Metric metric : Metric.values()) {
            List<Double> all = new ArrayList<>();
            List<Double> paired = new ArrayList<>();
            rounds.forEach((round, sample) -> {
                Double value = sample.values().get(metric);
                Sample other = reference.get(round);
                Double base = other == null ? null : other.values().get(metric);
                if (value != null) {
                    all.add(value);
                    if (base != null && base > 0) {
                        paired.add(value / base);
                    }
                }
            });
            if (!all.isEmpty()) {
                values.put(metric, Spread.of(all));
            }
            if (!paired.isEmpty()) {
                ratios.put(metric, Spread.of(paired));
            }
        }
        List<Double> foreign =
                rounds.values().stream()
                        .map(Sample::foreign)
                        .filter(share -> !share.isNaN())
                        .toList();
        return new Row(
                cell, contestant, values, ratios, foreign.isEmpty() ? null : Spread.of(foreign));
    }
}
