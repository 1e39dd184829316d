package switchd.daemon.host;

import java.lang.foreign.Arena;
import switchd.core.HostException;
import switchd.core.Kernel;
import switchd.linux.LinuxHost;
import switchd.posix.PosixHost;

/// Picks the host, once.
public final class Hosts {
    private Hosts() {}

    /// The host for the running kernel.
    ///
    /// @param arena of the thread that the host is for
    /// @throws HostException where this build has none for it
    public static PosixHost open(Arena arena) throws HostException {
        return switch (Kernel.current()) {
            case LINUX -> new LinuxHost(arena);
            case DARWIN ->
                    throw new HostException(
                            "this version of switchd does not run on macOS yet: run it on Linux");
        };
    }
}
