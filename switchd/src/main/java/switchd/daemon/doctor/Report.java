package switchd.daemon.doctor;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import switchd.daemon.doctor.Finding.Level;

/// What all checks say.
///
/// @param version of switchd
/// @param source where it was learned what to look at
/// @param findings in the order of the checks
public record Report(String version, String source, List<Finding> findings) {
    /// What this form of a report is called.
    public static final String SCHEMA = "switchd.doctor/1";

    /// The form of this report.
    @JsonProperty
    public String schema() {
        return SCHEMA;
    }

    /// The worst of pass, warn and fail.
    @JsonProperty
    public Level result() {
        return findings.stream()
                .map(Finding::level)
                .filter(level -> level == Level.WARN || level == Level.FAIL)
                .max(Level::compareTo)
                .orElse(Level.PASS);
    }

    /// 0 where all is well, 1 with warnings, 2 with failures.
    public int exitStatus() {
        return switch (result()) {
            case FAIL -> 2;
            case WARN -> 1;
            default -> 0;
        };
    }
}
