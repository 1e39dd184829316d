package switchd.launchd;

import java.lang.foreign.Arena;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the service manager passes on in the environment. What was taken is gone, so that no
/// process started from here on believes it is meant.
public final class Environment {
    private final LaunchCalls calls;
    private final Map<String, String> variables;

    /// @param variables as the process got them
    public Environment(LaunchCalls calls, Map<String, String> variables) {
        this.calls = calls;
        this.variables = variables;
    }

    /// The value of a variable, which the process no longer has from here on.
    ///
    /// @return null where it is not set
    @Nullable String take(String name) {
        String value = variables.get(name);
        if (value != null) {
            try (Arena arena = Arena.ofConfined()) {
                calls.unsetenv(arena.allocateFrom(name)); // fails for an impossible name only
            }
        }
        return value;
    }
}
