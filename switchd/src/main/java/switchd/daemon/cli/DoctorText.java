package switchd.daemon.cli;

import java.nio.charset.Charset;
import switchd.daemon.doctor.Finding;
import switchd.daemon.doctor.Report;
import switchd.daemon.log.Printable;

/// A report of `switchd doctor` for people: a line for each finding, and the cure below it.
final class DoctorText {
    private static final int GREEN = 32;
    private static final int YELLOW = 33;
    private static final int RED = 31;

    private final Terminal terminal;
    private final boolean unicode;

    /// @param charset of what it is printed to: signs are ASCII where that is not UTF-8
    DoctorText(Terminal terminal, Charset charset) {
        this.terminal = terminal;
        this.unicode = charset.name().equals("UTF-8");
    }

    /// All of it.
    String of(Report report) {
        StringBuilder text = new StringBuilder();
        for (Finding finding : report.findings()) {
            line(finding, text);
        }
        text.append(summary(report)).append('\n');
        return text.toString();
    }

    private void line(Finding finding, StringBuilder text) {
        text.append(sign(finding.level())).append(' ').append(finding.check());
        String subject = finding.subject();
        if (subject != null) {
            text.append(' ').append(Printable.of(subject));
        }
        text.append(": ").append(Printable.of(finding.text())).append('\n');
        String cure = finding.cure();
        if (cure != null) {
            text.append("    ")
                    .append(unicode ? "→ " : "> ")
                    .append(Printable.of(cure))
                    .append('\n');
        }
    }

    private String sign(Finding.Level level) {
        return switch (level) {
            case PASS -> sign("✓", "ok  ", GREEN);
            case INFO -> sign("·", "info", 0);
            case UNCHECKED -> sign("?", "?   ", 0);
            case WARN -> sign("!", "warn", YELLOW);
            case FAIL -> sign("✗", "FAIL", RED);
        };
    }

    private String sign(String sign, String ascii, int colour) {
        return new Cell(unicode ? sign : ascii, colour).shownOn(terminal);
    }

    private static String summary(Report report) {
        long failures = count(report, Finding.Level.FAIL);
        long warnings = count(report, Finding.Level.WARN);
        long unchecked = count(report, Finding.Level.UNCHECKED);
        String result =
                failures + warnings == 0
                        ? "all is well"
                        : failures + " failed, " + warnings + " to look at";
        return unchecked == 0 ? result : result + "; " + unchecked + " not checked";
    }

    private static long count(Report report, Finding.Level level) {
        return report.findings().stream().filter(finding -> finding.level() == level).count();
    }
}
