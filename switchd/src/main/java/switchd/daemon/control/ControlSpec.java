package switchd.daemon.control;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Where a daemon listens for control clients, and who may come.
///
/// @param socket absolute path
/// @param descriptor of a socket that listens already, which a service manager has made: `socket`,
///   `group` and `mode` are its business then; null for none
/// @param group whose members may do everything; null for the usual one where it exists (Linux
///   `switchd`, macOS `admin`; none where the daemon does not run as root)
/// @param mode of the socket; null for 0660 where there is such a group, else 0600. 0666 lets the
///   owners of ports in, who see and detach only their own.
public record ControlSpec(
        Path socket,
        @Nullable Integer descriptor,
        @Nullable String group,
        @Nullable Integer mode) {}
