package switchd.daemon.doctor;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import org.jspecify.annotations.Nullable;

/// What a check says of one thing.
///
/// @param check the check's name
/// @param subject what was looked at: an interface, a port, a path; null where there is only one
/// @param level how bad it is
/// @param text what was found, and why it matters
/// @param cure the command that cures it, or null
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Finding(
        String check, @Nullable String subject, Level level, String text, @Nullable String cure) {
    /// How bad it is.
    public enum Level {
        /// As it should be.
        PASS("pass"),
        /// Worth knowing, and nothing is wrong.
        INFO("info"),
        /// Could not be looked at.
        UNCHECKED("unchecked"),
        /// Frames pass, but not as they should, or somebody else may have a say.
        WARN("warn"),
        /// VMs have no network, or others may become root by it.
        FAIL("fail");

        private final String label;

        Level(String label) {
            this.label = label;
        }

        /// The name in reports.
        @JsonValue
        public String label() {
            return label;
        }
    }
}
