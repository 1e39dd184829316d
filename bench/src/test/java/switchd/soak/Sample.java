package switchd.soak;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/// One second of a run. Figures of a daemon that does not run are NaN.
///
/// @param seconds since the start of the run
/// @param life which start of the daemon this is, from 1
/// @param fault whether a fault was there, or had been within two seconds
/// @param rest whether nothing came or went and every VM was there
/// @param descriptors open ones of the daemon
/// @param threads of the daemon
/// @param residentMiB memory of the daemon
/// @param heapMiB Java objects that the last collection of garbage has left
/// @param cpuPercent of one processor
/// @param interfaces in the daemon's network namespace
/// @param members of the bridge
/// @param files in the sockets' directories
/// @param logLines that the daemon has written altogether
/// @param lan round trips VM to LAN and back
/// @param vm round trips VM to VM and back
/// @param past round trips between two sockets that go past the daemon: the machine's own share
/// @param sent frames that probes have sent
/// @param lost those of them that were not answered
record Sample(
        double seconds,
        int life,
        boolean fault,
        boolean rest,
        double descriptors,
        double threads,
        double residentMiB,
        double heapMiB,
        double cpuPercent,
        double interfaces,
        double members,
        double files,
        double logLines,
        Trips lan,
        Trips vm,
        Trips past,
        int sent,
        int lost) {

    /// Round trips of a second, in milliseconds; NaN where there were none.
    record Trips(double median, double p99) {}

    /// The names of a line of CSV.
    static String header() {
        return Arrays.stream(Sample.class.getRecordComponents())
                .map(component ->
                        component.getType() == Trips.class
                                ? "%1$sMedianMillis,%1$sP99Millis".formatted(component.getName())
                                : component.getName())
                .collect(Collectors.joining(","));
    }

    /// A line of CSV.
    String line() {
        return Arrays.stream(Sample.class.getRecordComponents())
                .map(this::text)
                .collect(Collectors.joining(","));
    }

    private String text(RecordComponent component) {
        try {
            return switch (component.getAccessor().invoke(this)) {
                case Trips trips -> text(trips.median) + "," + text(trips.p99);
                case Double value -> text(value);
                case Object other -> other.toString();
            };
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("a record's accessor", e);
        }
    }

    private static String text(double value) {
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.3f", value);
    }
}
