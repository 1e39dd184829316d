package switchd.daemon.cli;

import java.util.Formatter;
import java.util.Locale;
import switchd.daemon.selftest.Report;

/// A self-test's report for people.
final class SelftestText {
    private SelftestText() {}

    static String of(Report report) {
        StringBuilder text = new StringBuilder();
        Formatter out = new Formatter(text, Locale.ROOT);
        Report.Host host = report.host();
        out.format(
                "switchd %s on %s %s, %s, Java %s%n%s%n%n",
                report.switchd(),
                host.system(),
                host.version(),
                host.machine(),
                host.java(),
                host.kernel());
        out.format("%-30s  %-6s  %-8s  %s%n", "check", "writer", "result", "");
        report.checks().forEach(row -> row(out, row));
        for (Report.Figures figures : report.figures()) {
            figures(out, figures);
        }
        standing(out, report);
        long failed =
                report.checks().stream()
                        .filter(row -> row.result() == Report.Result.FAILED)
                        .count();
        out.format(
                "%n%s in %.1f s%n",
                failed == 0
                        ? "all is well"
                        : "FAILED: " + failed + (failed == 1 ? " check," : " checks,"),
                report.seconds());
        return text.toString();
    }

    private static void row(Formatter out, Report.Row row) {
        out.format("%-30s  %-6s  %-8s  %s%n", row.check(), row.writer(), word(row), row.detail());
        Report.Failure failure = row.failure();
        if (failure != null) {
            out.format("    %s%n    it means: %s%n", failure.what(), failure.meaning());
        }
    }

    private static String word(Report.Row row) {
        return switch (row.result()) {
            case PASSED -> "ok";
            case FAILED -> "FAILED";
            case LIMITED -> "limited";
            case NOT_RUN -> "not run";
        };
    }

    private static void figures(Formatter out, Report.Figures figures) {
        out.format("%nfrom a VM over the bridge to a VM, written by %s:%n", figures.writer());
        for (Report.Rate rate : figures.rates()) {
            out.format(
                    "%6d bytes  %,10d frames/s  %6d of %d lost%n",
                    rate.frameBytes(), rate.framesPerSecond(), rate.lost(), rate.sent());
        }
        Report.Latency latency = figures.latency();
        out.format("  latency     %8s  %8s%n", "p50", "p99");
        out.format("  over it     %5.1f µs  %5.1f µs%n", latency.p50(), latency.p99());
        out.format("  without it  %5.1f µs  %5.1f µs%n", latency.directP50(), latency.directP99());
    }

    private static void standing(Formatter out, Report report) {
        if (!report.standing().isEmpty()) {
            out.format("%nThis was kept; to remove it:%n");
            report.standing().forEach(command -> out.format("  %s%n", command));
        }
    }
}
