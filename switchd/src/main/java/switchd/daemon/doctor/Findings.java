package switchd.daemon.doctor;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import switchd.daemon.doctor.Finding.Level;

/// What one check says, in the making.
final class Findings {
    private final String check;
    private final List<Finding> found = new ArrayList<>();

    /// @param check the check's name
    Findings(String check) {
        this.check = check;
    }

    void pass(@Nullable String subject, String text) {
        add(subject, Level.PASS, text, null);
    }

    void info(@Nullable String subject, String text, @Nullable String cure) {
        add(subject, Level.INFO, text, cure);
    }

    void warn(@Nullable String subject, String text, @Nullable String cure) {
        add(subject, Level.WARN, text, cure);
    }

    void fail(@Nullable String subject, String text, @Nullable String cure) {
        add(subject, Level.FAIL, text, cure);
    }

    void unchecked(@Nullable String subject, String text, @Nullable String cure) {
        add(subject, Level.UNCHECKED, text, cure);
    }

    /// What takes root to look at, and nobody is root.
    void needsRoot(@Nullable String subject) {
        unchecked(subject, "not checked: run with sudo", "sudo switchd doctor");
    }

    /// True where nothing is to be said of `subject` yet.
    boolean isSilentOn(String subject) {
        return found.stream().noneMatch(finding -> subject.equals(finding.subject()));
    }

    boolean isEmpty() {
        return found.isEmpty();
    }

    List<Finding> list() {
        return List.copyOf(found);
    }

    private void add(@Nullable String subject, Level level, String text, @Nullable String cure) {
        found.add(new Finding(check, subject, level, text, cure));
    }
}
