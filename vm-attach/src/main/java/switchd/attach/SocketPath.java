package switchd.attach;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import switchd.core.Errno;
import switchd.core.HostException;
import switchd.core.PermissionException;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.core.Undo;
import switchd.posix.Credentials;
import switchd.posix.Fd;
import switchd.posix.FileRights;
import switchd.posix.FileStatus;
import switchd.posix.Ids;
import switchd.posix.Owner;
import switchd.posix.Posix;
import switchd.posix.PosixConstants;
import switchd.posix.SenderCredentials;
import switchd.posix.SocketBuffers;
import switchd.posix.SocketProcess;
import switchd.posix.StreamSocket;
import switchd.posix.UnixAddress;

/// The path that clients know, and the sockets that are bound to it one after the other.
///
/// All work on it is done with the rights of the port's owner, and only by calls that do not follow
/// the last component: the directory is his, and root must not be led out of it. What reaches
/// clients' sockets is done with the rights of the client.
public final class SocketPath {
    /// What the far ends ask for themselves (vfkit, Lima, Tart): Apple wants the receive buffer
    /// four times the send buffer.
    static final int SEND_BUFFER = 1 << 20;

    static final int RECEIVE_BUFFER = 4 << 20;

    private static final int PERMISSIONS = 0777;
    private static final int BACKLOG = 16;

    private static final Logger LOG = System.getLogger(SocketPath.class.getName());

    private final Posix posix;
    private final FileRights rights;
    private final SocketAccess access;
    private final String path;
    private final boolean isStream;
    private @Nullable FileStatus bound;

    /// The path of a datagram socket.
    ///
    /// @param path absolute
    public SocketPath(Posix posix, FileRights rights, SocketAccess access, String path) {
        this(posix, rights, access, path, false);
    }

    private SocketPath(
            Posix posix, FileRights rights, SocketAccess access, String path, boolean isStream) {
        this.posix = posix;
        this.rights = rights;
        this.access = access;
        this.path = path;
        this.isStream = isStream;
    }

    /// The path of a socket that streams are accepted from.
    ///
    /// @param path absolute
    public static SocketPath ofStream(
            Posix posix, FileRights rights, SocketAccess access, String path) {
        return new SocketPath(posix, rights, access, path, true);
    }

    /// A socket that is bound to the path, and what the kernel gave it.
    ///
    /// @param fd of datagrams: non-blocking is asked for at every call; of streams: it never blocks
    /// @param sendBuffer bytes; of streams each connection has its own
    /// @param receiveBuffer bytes, as `sendBuffer`
    record Bound(Fd fd, int sendBuffer, int receiveBuffer) {}

    /// The path.
    public String path() {
        return path;
    }

    /// The directory that the socket lies in.
    String directory() {
        int slash = path.lastIndexOf('/');
        return slash == 0 ? "/" : path.substring(0, slash);
    }

    /// True where `other` lies in the same directory.
    boolean isBeside(String other) {
        return other.startsWith(directory() + "/")
                && other.lastIndexOf('/') == directory().length();
    }

    /// Does `work` with the rights of the port's owner.
    <T> T asOwner(FileRights.Work<T> work) throws SwitchdException {
        return rights.as(access.owner(), work);
    }

    /// Does `work` with the rights of a client, see [#rightsOf].
    <T> T as(Owner client, FileRights.Work<T> work) throws SwitchdException {
        return rights.as(client, work);
    }

    /// Whose rights reach a client's socket. His own, where he may be somebody else than the port's
    /// owner: root, or whom a shared port lets in. Then nobody leads us to a socket that he could
    /// not have reached without us.
    ///
    /// @param sender what the kernel says of him; null where it says nothing, as on Darwin: then
    ///   the owner of the file at his path is taken for him
    Owner rightsOf(@Nullable Credentials sender, String client) throws SyscallException {
        Owner owner = access.owner();
        int uid = sender == null ? ownerOf(client) : sender.uid();
        if (uid == owner.uid() || posix.geteuid() != 0 || (uid != 0 && !access.isShared())) {
            return owner;
        }
        return new Owner(uid, sender == null ? owner.gid() : sender.gid());
    }

    private int ownerOf(String client) throws SyscallException {
        FileStatus file = FileStatus.of(posix, client);
        return file == null || !file.isSocket() ? access.owner().uid() : file.uid();
    }

    /// Binds a fresh socket to the path; the one that was bound to it keeps its clients. A socket
    /// that nobody listens to gives way.
    ///
    /// @throws HostException where somebody else listens at the path, or where it is no socket
    /// @throws SwitchdException where a socket cannot be had; nothing is left behind
    Bound bind() throws SwitchdException {
        Optional<Bound> made = asOwner(this::bindWhereNobodyIs);
        if (made.isEmpty()) {
            throw inUse();
        }
        return made.get();
    }

    private Optional<Bound> bindWhereNobodyIs() throws SwitchdException {
        try (Arena arena = Arena.ofConfined();
                Undo undo = new Undo()) {
            UnixAddress address = UnixAddress.of(arena, path);
            Fd fd = socket(isStream ? PosixConstants.SOCK_STREAM : PosixConstants.SOCK_DGRAM);
            undo.push(fd::close);
            Bound ready = prepare(fd);
            if (!take(fd.number(), address)) {
                return Optional.empty();
            }
            undo.push(() -> unlink(path));
            bound = FileStatus.of(posix, path);
            checkGroup(bound);
            if (isStream) {
                int result = posix.listen(fd.number(), BACKLOG);
                SyscallException.check("listen(" + path + ")", result);
            }
            undo.keep();
            return Optional.of(ready);
        }
    }

    /// Says who listens. Looking for him where the kernel does not name him takes its time, and
    /// therefore only before anything was bound: frames may wait later.
    private HostException inUse() throws SwitchdException {
        int process = asOwner(() -> SocketProbe.of(posix, path)).process();
        if (process == 0 && bound == null) {
            process = SocketProcess.of(path);
        }
        return new HostException(
                "another program listens at "
                        + path
                        + (process == 0 ? "" : ", process " + process)
                        + ": stop it, or give another --name or --socket");
    }

    /// Gives a socket what it takes to be this path's.
    Bound prepare(Fd fd) throws SwitchdException {
        if (isStream) {
            StreamSocket.prepare(posix, fd.number());
            return new Bound(fd, SEND_BUFFER, RECEIVE_BUFFER);
        }
        posix.fcntl(fd.number(), PosixConstants.F_SETFD, PosixConstants.FD_CLOEXEC);
        SenderCredentials.want(posix, fd.number(), true);
        int sendBuffer = SocketBuffers.send(posix, fd.number(), SEND_BUFFER);
        int receiveBuffer = SocketBuffers.receive(posix, fd.number(), RECEIVE_BUFFER);
        return new Bound(fd, sendBuffer, receiveBuffer);
    }

    private Fd socket(int type) throws SyscallException {
        int number = posix.socket(PosixConstants.AF_UNIX, type, 0);
        String kind = type == PosixConstants.SOCK_STREAM ? "SOCK_STREAM" : "SOCK_DGRAM";
        SyscallException.check("socket(AF_UNIX, " + kind + ")", number);
        return new Fd(posix, number);
    }

    /// Makes the path lead to socket `number`, as soon after it led to another as can be.
    ///
    /// @return false where somebody else listens there
    private boolean take(int number, UnixAddress address) throws SwitchdException {
        FileStatus there = FileStatus.of(posix, path);
        if (there != null && !isOurs(there) && !isAbandoned(there)) {
            return false;
        }
        // The mode comes from the mask: a chmod after bind would come too late.
        int mask = posix.umask(PERMISSIONS & ~access.mode());
        if (there != null) {
            unlink(path);
        }
        int result = posix.bind(number, address.memory(), address.length());
        posix.umask(mask);
        checkBind(result);
        return true;
    }

    /// The group comes from the maker, or from the directory: Darwin, and Linux where it is setgid.
    private void checkGroup(@Nullable FileStatus made) throws HostException {
        int group = access.owner().gid();
        if (access.isForGroup() && made != null && made.gid() != group) {
            throw new HostException(
                    "%1$s gets group %2$s of its directory, not %3$s: chgrp %3$s %4$s"
                            .formatted(path, Ids.text(made.gid()), Ids.text(group), directory()));
        }
    }

    private boolean isAbandoned(FileStatus there) throws SwitchdException {
        if (!there.isSocket()) {
            throw new HostException(path + " is there and is no socket: give another --socket");
        }
        SocketProbe probe = SocketProbe.of(posix, path);
        if (Errno.EACCES.is(probe.result())) {
            throw new HostException(
                    path + " belongs to another user: remove it, or give another --socket");
        }
        return probe.isDead();
    }

    private void checkBind(int result) throws SwitchdException {
        if (result >= 0) {
            return;
        }
        SyscallException cause = new SyscallException("bind(" + path + ")", result);
        if (cause.is(Errno.EACCES) || cause.is(Errno.EPERM)) {
            throw new PermissionException(
                    "user "
                            + Ids.text(access.owner().uid())
                            + " may not make a socket in "
                            + directory()
                            + ": give another --socket, or --owner the directory's owner",
                    cause);
        }
        throw new HostException(
                "cannot make the socket " + path + ": give another --socket", cause);
    }

    /// True where the path leads to the socket that was bound last, or where that cannot be told.
    boolean isOurs() {
        if (bound == null) {
            return true;
        }
        try {
            FileStatus there = FileStatus.of(posix, path);
            return there != null && isOurs(there);
        } catch (SyscallException _) {
            return true;
        }
    }

    private boolean isOurs(FileStatus there) {
        FileStatus mine = bound;
        return mine != null && there.isSocket() && mine.isSameFile(there);
    }

    /// Removes the path where it is still ours. Failures are passed over: there is nobody left to
    /// act on them.
    void remove() {
        quietly(() ->
                asOwner(() -> {
                    FileStatus there = FileStatus.of(posix, path);
                    if (there != null && isOurs(there)) {
                        unlink(path);
                    }
                    bound = null;
                    return true;
                }));
    }

    /// Removes the sockets of clients that are dead. Failures are passed over.
    ///
    /// @param clients their paths, and whose rights reach them
    void removeDead(Map<String, Owner> clients) {
        clients.forEach((client, reaching) ->
                quietly(() -> {
                    boolean dead = as(reaching, () -> isDeadSocket(client));
                    if (dead) {
                        asOwner(() -> {
                            unlink(client);
                            return true;
                        });
                    }
                    return dead;
                }));
    }

    private boolean isDeadSocket(String client) throws SwitchdException {
        FileStatus there = FileStatus.of(posix, client);
        return there != null && there.isSocket() && SocketProbe.of(posix, client).isDead();
    }

    private void quietly(FileRights.Work<Boolean> work) {
        try {
            work.run();
        } catch (SwitchdException e) {
            LOG.log(Level.DEBUG, "leaving a file beside " + path, e);
        }
    }

    private void unlink(String socket) {
        try (Arena arena = Arena.ofConfined()) {
            posix.unlink(arena.allocateFrom(socket));
        }
    }
}
