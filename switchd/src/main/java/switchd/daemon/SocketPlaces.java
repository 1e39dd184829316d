package switchd.daemon;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import switchd.attach.SocketAccess;
import switchd.attach.SocketDirectory;
import switchd.core.Kernel;
import switchd.core.SwitchdException;
import switchd.core.UsageException;
import switchd.posix.Group;
import switchd.posix.Ids;
import switchd.posix.Owner;
import switchd.posix.Posix;
import switchd.posix.PosixHost;

/// Where ports' sockets lie, and whose they are.
final class SocketPlaces {
    private static final String SOCKET = "net.sock";
    private static final String STREAM = "stream.sock";

    private SocketPlaces() {}

    /// The path of a port's datagram socket; null where its VM has a descriptor instead.
    ///
    /// @throws UsageException where there is no usual place for this user
    static @Nullable String pathOf(PortSpec port, Posix posix) throws UsageException {
        return port.socket() != null || port.hasNoPath()
                ? port.socket()
                : base(posix) + "/" + port.name() + "/" + SOCKET;
    }

    /// The path of a port's stream socket; null where it has none: it was not asked for, and a
    /// place was chosen for the datagram socket.
    ///
    /// @throws UsageException where there is no usual place for this user
    static @Nullable String streamOf(PortSpec port, Posix posix) throws UsageException {
        boolean chosen = port.stream() != null || port.socket() != null;
        return chosen || port.hasNoPath()
                ? port.stream()
                : base(posix) + "/" + port.name() + "/" + STREAM;
    }

    /// Makes the directory of a port's socket where it is missing.
    ///
    /// @param path of the socket
    static SocketDirectory directoryOf(
            PortSpec port, String path, PosixHost host, SocketAccess access)
            throws SwitchdException {
        Posix posix = host.posix();
        if (!path.equals(port.socket()) && !path.equals(port.stream())) {
            return SocketDirectory.managed(
                    posix, host.fileRights(), base(posix), port.name(), access);
        }
        boolean byOwner = port.access().requester() != null;
        return SocketDirectory.chosen(posix, host.fileRights(), parent(path), access, byOwner);
    }

    /// The directory that a path is in.
    static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash == 0 ? "/" : path.substring(0, slash);
    }

    /// Who may attach.
    ///
    /// @param owner of the sockets
    /// @throws UsageException where there is no such group, it takes root to give sockets to it, or
    ///   the mode is none for a socket
    static SocketAccess access(PortSpec.Access wanted, Owner owner, Posix posix)
            throws UsageException {
        String group = wanted.group();
        Integer mode = wanted.mode();
        if (group == null) {
            return SocketAccess.of(owner, mode == null ? SocketAccess.PRIVATE : mode);
        }
        int gid = Group.named(group);
        PortSpec.Requester requester = wanted.requester();
        if ((posix.geteuid() != 0 && posix.getegid() != gid)
                || (requester != null && !requester.gids().contains(gid))) {
            throw new UsageException(
                    "--group: only root can give sockets to group "
                            + group
                            + ": run it with sudo, or with `sg "
                            + group
                            + "`");
        }
        return SocketAccess.of(
                new Owner(owner.uid(), gid), mode == null ? SocketAccess.GROUP_TOO : mode);
    }

    /// Whose the sockets are: the user that was named, the one who called `sudo`, or our own.
    ///
    /// @throws UsageException where there is no such user, or where it takes root to give them away
    static Owner owner(Posix posix, PortSpec.Access wanted) throws UsageException {
        Owner self = Owner.current(posix);
        String name = wanted.owner();
        if (name != null) {
            Owner named = Owner.named(posix, name);
            boolean others = named.uid() != self.uid() && self.uid() != 0;
            if (others || !isFor(wanted.requester(), named)) {
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
        return caller(uid, gid == null ? uid : gid);
    }

    private static boolean isFor(PortSpec.@Nullable Requester requester, Owner named) {
        return requester == null
                || (requester.uid() == named.uid() && requester.gids().contains(named.gid()));
    }

    /// Who called `sudo`, by what it says of him.
    static Owner caller(String uid, String gid) throws UsageException {
        OptionalInt user = Ids.parse(uid);
        OptionalInt group = Ids.parse(gid);
        if (user.isEmpty() || group.isEmpty()) {
            throw new UsageException(
                    "SUDO_UID and SUDO_GID make no user: '%s:%s': give --owner"
                            .formatted(uid, gid));
        }
        return new Owner(user.getAsInt(), group.getAsInt());
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
