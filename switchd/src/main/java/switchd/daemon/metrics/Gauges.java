package switchd.daemon.metrics;

import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;

/// A gauge in the making: values that go up and down.
final class Gauges {
    private final GaugeSnapshot.Builder builder;

    Gauges(String name, String help) {
        builder = GaugeSnapshot.builder().name(name).help(help);
    }

    /// Adds a gauge that has one value.
    static void add(List<MetricSnapshot> metrics, String name, String help, double value) {
        Gauges gauge = new Gauges(name, help);
        gauge.add(Labels.EMPTY, value);
        metrics.add(gauge.build());
    }

    void add(Labels labels, double value) {
        builder.dataPoint(GaugeDataPointSnapshot.builder().labels(labels).value(value).build());
    }

    GaugeSnapshot build() {
        return builder.build();
    }
}
