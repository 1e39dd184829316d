package switchd.bench.rig;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// What one run of one contestant gave.
///
/// @param values by what was measured
/// @param foreign the share of the machine's CPU time that others had, the generator and the
///   contestant not counted; from 0 to 1, NaN where nobody looked
/// @param fault why the run does not count; empty where it does
record Sample(Map<Metric, Double> values, double foreign, String fault) {
    private static final List<String> FAULTS =
            List.of("lost", "duplicate", "reordered", "damaged", "stalls");

    static Sample of(Metric metric, double value) {
        return new Sample(Map.of(metric, value), Double.NaN, "");
    }

    boolean isValid() {
        return fault.isEmpty();
    }

    /// Of `traffic flow`. A frame that is lost, doubled, out of order or changed makes it invalid:
    /// with so few on the way, nobody has a reason to drop one.
    static Sample flow(JsonNode told) {
        double received = told.path("received").asDouble();
        List<String> faults = new ArrayList<>();
        for (String name : FAULTS) {
            long count = told.path(name).asLong();
            if (count != 0) {
                faults.add(name + " " + count);
            }
        }
        if (received == 0) {
            faults.add("nothing arrived");
        }
        Map<Metric, Double> values = new EnumMap<>(Metric.class);
        values.put(Metric.FRAMES, received / told.path("seconds").asDouble() / 1e3);
        double cpu = told.path("switchCpu").asDouble();
        if (cpu > 0) {
            values.put(Metric.CPU, cpu * 1e6 / Math.max(1, received));
        }
        return new Sample(values, told.path("foreign").asDouble(), String.join(", ", faults));
    }

    /// Of `traffic ping`.
    static Sample ping(JsonNode told) {
        long lost = told.path("lost").asLong();
        long missing = told.path("loaded").asLong() - told.path("arrived").asLong();
        boolean isSound = lost == 0 && told.path("pings").asLong() > 0;
        String fault = isSound ? "" : "lost " + lost + " of " + told.path("pings").asLong();
        if (isSound && missing != 0) {
            fault = "lost " + missing + " of the load";
        }
        return new Sample(
                Map.of(
                        Metric.P50, told.path("p50").asDouble(),
                        Metric.P99, told.path("p99").asDouble(),
                        Metric.P999, told.path("p999").asDouble()),
                told.path("foreign").asDouble(),
                fault);
    }
}
