package switchd.daemon.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import switchd.core.Kernel;
import switchd.posix.Ids;
import switchd.posix.ProcessIds;

/// What a process finds of the environment and of itself.
///
/// @param variables those of the environment that begin with `SWITCHD_`
/// @param distrust why they are not to be believed; null where they are
/// @param trusted users who may own a configuration file, by number; null where anybody may
/// @param hasAccounts true where the users and groups of a file have to be this machine's
public record Surroundings(
        Map<String, String> variables,
        @Nullable String distrust,
        @Nullable Set<Integer> trusted,
        boolean hasAccounts) {
    private static final String SUDO_USER = "SUDO_UID";

    /// Those of a process where users and groups may be of another machine.
    public Surroundings(
            Map<String, String> variables,
            @Nullable String distrust,
            @Nullable Set<Integer> trusted) {
        this(variables, distrust, trusted, false);
    }

    /// Those of this process.
    public static Surroundings current() {
        ProcessIds ids = ProcessIds.current();
        Map<String, String> all = System.getenv();
        Map<String, String> ours = new TreeMap<>(all);
        ours.keySet().removeIf(name -> !name.startsWith("SWITCHD_"));
        // A kernel that is not this machine's has users of its own.
        boolean hasAccounts = System.getProperty("switchd.libc") == null;
        return new Surroundings(ours, distrust(ids), trusted(ids, all.get(SUDO_USER)), hasAccounts);
    }

    private static @Nullable String distrust(ProcessIds ids) {
        if (ids.actsForAnother()) {
            return "the program is set-uid or set-gid";
        }
        boolean byLaunchd =
                Kernel.current() == Kernel.DARWIN
                        && ProcessHandle.current()
                                .parent()
                                .map(parent -> parent.pid() == 1)
                                .orElse(false);
        return byLaunchd ? "launchd runs it" : null;
    }

    /// Root believes itself, and who called sudo: he can say the same by options.
    static @Nullable Set<Integer> trusted(ProcessIds ids, @Nullable String sudoUser) {
        if (ids.effectiveUser() != 0) {
            return null;
        }
        if (sudoUser == null || ids.actsForAnother()) {
            return Set.of(0);
        }
        OptionalInt caller = Ids.parse(sudoUser);
        return caller.isPresent() ? Set.copyOf(List.of(0, caller.getAsInt())) : Set.of(0);
    }

    /// Where the configuration lies when nobody says.
    public static Path defaultFile() {
        return Path.of(
                Kernel.current() == Kernel.DARWIN
                        ? "/usr/local/etc/switchd/switchd.json"
                        : "/etc/switchd/switchd.json");
    }
}
