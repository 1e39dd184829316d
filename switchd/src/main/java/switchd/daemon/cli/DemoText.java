package switchd.daemon.cli;

import java.util.Formatter;
import java.util.Locale;
import java.util.stream.Collectors;
import switchd.daemon.demo.Report;

/// A demo's report for people.
final class DemoText {
    private DemoText() {}

    static String of(Report report) {
        StringBuilder text = new StringBuilder();
        Formatter out = new Formatter(text, Locale.ROOT);
        text.append(
                report.network().equals("bridge")
                        ? "A guest on a bridge, and a host on the LAN behind it.\n"
                        : "Two guests on an isolated network (a LAN and a bridge take root).\n");
        out.format("%n%-20s  %-8s  %10s  %10s%n", "ping", "", "first", "then");
        for (Report.Ping ping : report.pings()) {
            out.format(
                    "%-20s  %-8s  %7d µs  %7d µs%n",
                    ping.from() + " -> " + ping.to(),
                    ping.protocol(),
                    ping.firstMicros(),
                    ping.micros());
        }
        out.format("%n%-20s  %8s  %10s  %10s%n", "burst", "frames", "lost", "Mbit/s");
        for (Report.Burst burst : report.bursts()) {
            out.format(
                    "%-20s  %8d  %10d  %10.0f%n",
                    burst.from() + " -> " + burst.to(),
                    burst.frames(),
                    burst.frames() - burst.received(),
                    burst.megabitsPerSecond());
        }
        out.format("%n%-20s  %8s  %12s  %s%n", "port", "frames", "bytes", "dropped");
        for (Report.PortTraffic port : report.ports()) {
            direction(out, port.port() + ", to LAN", port.toLan());
            direction(out, port.port() + ", to VM", port.toVm());
        }
        return text.toString();
    }

    private static void direction(Formatter out, String name, Report.Direction direction) {
        String drops =
                direction.drops().isEmpty()
                        ? "0"
                        : direction.drops().entrySet().stream()
                                .map(drop -> drop.getValue() + " " + drop.getKey())
                                .collect(Collectors.joining(", "));
        out.format("%-20s  %8d  %12d  %s%n", name, direction.frames(), direction.bytes(), drops);
    }
}
