package switchd.daemon.control;

import java.nio.file.Files;
import java.nio.file.Path;
import switchd.core.Kernel;
import switchd.core.UsageException;

/// Where the control socket lies unless the operator says otherwise.
public final class ControlPlace {
    private static final String SOCKET = "switchd/control.sock";

    private ControlPlace() {}

    /// Where a client looks for a daemon: its user's own where there is one, else the system's.
    public static Path usual() {
        String runtime = System.getenv("XDG_RUNTIME_DIR");
        if (!isRoot() && runtime != null && runtime.startsWith("/")) {
            Path own = Path.of(runtime, SOCKET);
            if (Files.exists(own)) {
                return own;
            }
        }
        return ofSystem();
    }

    /// Where a daemon of this user listens.
    ///
    /// @throws UsageException where there is no usual place for the user
    public static Path ofDaemon() throws UsageException {
        if (isRoot()) {
            return ofSystem();
        }
        String runtime = System.getenv("XDG_RUNTIME_DIR");
        if (runtime == null || !runtime.startsWith("/")) {
            throw new UsageException(
                    "--control: say where the control socket is to be, or none; there is no usual"
                            + " place for this user, as XDG_RUNTIME_DIR is not set");
        }
        return Path.of(runtime, SOCKET);
    }

    /// Where the daemon that runs as root listens: where the service manager does where it knows of
    /// one.
    public static Path ofSystem() {
        Path service = ofService(Kernel.current());
        return Kernel.current() == Kernel.LINUX || Files.exists(service)
                ? service
                : Path.of("/var/run", SOCKET);
    }

    /// Where a service manager listens for the daemon before it runs.
    ///
    /// launchd makes no directories, and `/var/run` is emptied when the machine starts: on macOS
    /// the socket cannot be in one of the daemon's own.
    public static Path ofService(Kernel kernel) {
        return kernel == Kernel.LINUX ? Path.of("/run", SOCKET) : Path.of("/var/run/switchd.sock");
    }

    /// By the JDK's means, which cost no time at start-up.
    private static boolean isRoot() {
        return System.getProperty("user.name", "").equals("root");
    }
}
