package switchd.daemon.metrics;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;

/// A counter in the making: values that only grow until the daemon ends.
final class Counts {
    private final CounterSnapshot.Builder builder;

    /// @param name without the `_total` that it gets
    Counts(String name, String help) {
        builder = CounterSnapshot.builder().name(name).help(help);
    }

    void add(Labels labels, long value) {
        builder.dataPoint(
                CounterDataPointSnapshot.builder().labels(labels).value((double) value).build());
    }

    CounterSnapshot build() {
        return builder.build();
    }
}
