package switchd.daemon;

import org.jspecify.annotations.Nullable;
import switchd.attach.SocketDirectory;
import switchd.core.Kernel;
import switchd.core.SwitchdException;
import switchd.core.UsageException;
import switchd.posix.Owner;
import switchd.posix.Posix;
import switchd.posix.PosixHost;

/// Where ports' sockets lie, and whose they are.
final class SocketPlaces {
    private static final String SOCKET = "net.sock";

    private SocketPlaces() {}

    /// The path of a port's socket.
    ///
    /// @throws UsageException where there is no usual place for this user
    static String pathOf(PortSpec port, Posix posix) throws UsageException {
        String chosen = port.socket();
        return chosen != null ? chosen : base(posix) + "/" + port.name() + "/" + SOCKET;
    }

    /// Makes the directory of a port's socket where it is missing.
    static SocketDirectory directoryOf(PortSpec port, PosixHost host, Owner owner)
            throws SwitchdException {
        Posix posix = host.posix();
        String chosen = port.socket();
        if (chosen == null) {
            return SocketDirectory.managed(posix, base(posix), port.name(), owner);
        }
        int slash = chosen.lastIndexOf('/');
        String directory = slash == 0 ? "/" : chosen.substring(0, slash);
        return SocketDirectory.chosen(posix, host.fileRights(), directory, owner);
    }

    /// Whose the sockets are: the user that was named, the one who called `sudo`, or our own.
    ///
    /// @throws UsageException where there is no such user, or where it takes root to give them away
    static Owner owner(Posix posix, @Nullable String name) throws UsageException {
        Owner self = Owner.current(posix);
        if (name != null) {
            Owner named = Owner.named(posix, name);
            if (named.uid() != self.uid() && self.uid() != 0) {
                throw new UsageException(
                        "--owner: only root can give sockets to " + name + ": run it with sudo");
            }
            return named;
        }
        String uid = System.getenv("SUDO_UID");
        if (self.uid() != 0 || uid == null) {
            return self;
        }
        String gid = System.getenv("SUDO_GID");
        String numbers = uid + ":" + (gid == null ? uid : gid);
        if (!numbers.matches("\\d{1,9}:\\d{1,9}")) {
            throw new UsageException(
                    "SUDO_UID and SUDO_GID make no user: '" + numbers + "': give --owner");
        }
        return Owner.named(posix, numbers);
    }

    private static String base(Posix posix) throws UsageException {
        if (posix.geteuid() == 0) {
            return Kernel.current() == Kernel.LINUX ? "/run/switchd" : "/var/run/switchd";
        }
        String runtime = System.getenv("XDG_RUNTIME_DIR");
        if (runtime == null || !runtime.startsWith("/")) {
            throw new UsageException(
                    "--socket: say where the port's socket is to be; there is no usual place for this"
                            + " user, as XDG_RUNTIME_DIR is not set");
        }
        return runtime + "/switchd";
    }
}
