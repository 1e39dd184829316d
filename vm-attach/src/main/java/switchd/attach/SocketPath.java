package switchd.attach;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;
import switchd.core.Errno;
import switchd.core.HostException;
import switchd.core.PermissionException;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.core.Undo;
import switchd.posix.Fd;
import switchd.posix.FileRights;
import switchd.posix.FileStatus;
import switchd.posix.Owner;
import switchd.posix.Posix;
import switchd.posix.PosixConstants;
import switchd.posix.SocketBuffers;
import switchd.posix.UnixAddress;

/// The path that clients know, and the sockets that are bound to it one after the other.
///
/// All work on it is done with the rights of the port's owner, and only by calls that do not follow
/// the last component: the directory is his, and root must not be led out of it.
public final class SocketPath {
    /// What the far ends ask for themselves (vfkit, Lima, Tart): Apple wants the receive buffer
    /// four times the send buffer.
    static final int SEND_BUFFER = 1 << 20;

    static final int RECEIVE_BUFFER = 4 << 20;

    private static final int OWNER_ONLY = 0177;

    private static final Logger LOG = System.getLogger(SocketPath.class.getName());

    private final Posix posix;
    private final FileRights rights;
    private final Owner owner;
    private final String path;
    private @Nullable FileStatus bound;

    /// @param path absolute
    public SocketPath(Posix posix, FileRights rights, Owner owner, String path) {
        this.posix = posix;
        this.rights = rights;
        this.owner = owner;
        this.path = path;
    }

    /// A socket that is bound to the path, and what the kernel gave it.
    ///
    /// @param fd non-blocking is asked for at every call instead
    /// @param sendBuffer bytes
    /// @param receiveBuffer bytes
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
        return rights.as(owner, work);
    }

    /// Makes sure that nobody listens at the path, and removes a socket that nobody listens to.
    ///
    /// @throws HostException where somebody does, or where something else is there
    void takeOver() throws SwitchdException {
        asOwner(() -> {
            FileStatus there = FileStatus.of(posix, path);
            if (there != null) {
                takeOver(there);
            }
            return true;
        });
    }

    private void takeOver(FileStatus there) throws SwitchdException {
        if (!there.isSocket()) {
            throw new HostException(path + " is there and is no socket: give another --socket");
        }
        if (somebodyListens(path)) {
            throw new HostException(
                    "another program listens at "
                            + path
                            + ": stop it, or give another --name or --socket");
        }
        unlink(path);
    }

    /// Binds a fresh socket to the path; the one that was bound to it keeps its clients.
    ///
    /// @throws SwitchdException where it cannot be had; nothing is left behind
    Bound bind() throws SwitchdException {
        return asOwner(() -> {
            release();
            return bindAsOwner();
        });
    }

    private Bound bindAsOwner() throws SwitchdException {
        try (Arena arena = Arena.ofConfined();
                Undo undo = new Undo()) {
            UnixAddress address = UnixAddress.of(arena, path);
            int number = posix.socket(PosixConstants.AF_UNIX, PosixConstants.SOCK_DGRAM, 0);
            SyscallException.check("socket(AF_UNIX, SOCK_DGRAM)", number);
            Fd fd = new Fd(posix, number);
            undo.push(fd::close);
            posix.fcntl(number, PosixConstants.F_SETFD, PosixConstants.FD_CLOEXEC);
            int sendBuffer = SocketBuffers.send(posix, number, SEND_BUFFER);
            int receiveBuffer = SocketBuffers.receive(posix, number, RECEIVE_BUFFER);
            // The mode comes from the mask: a chmod after bind would come too late.
            int mask = posix.umask(OWNER_ONLY);
            int result = posix.bind(number, address.memory(), address.length());
            posix.umask(mask);
            checkBind(result);
            bound = FileStatus.of(posix, path);
            undo.keep();
            return new Bound(fd, sendBuffer, receiveBuffer);
        }
    }

    private void checkBind(int result) throws SwitchdException {
        if (result >= 0) {
            return;
        }
        SyscallException cause = new SyscallException("bind(" + path + ")", result);
        if (cause.is(Errno.EACCES) || cause.is(Errno.EPERM)) {
            throw new PermissionException(
                    "user "
                            + owner.uid()
                            + " may not make a socket in "
                            + directory()
                            + ": give another --socket, or --owner the directory's owner",
                    cause);
        }
        throw new HostException(
                "cannot make the socket " + path + ": give another --socket", cause);
    }

    /// Removes the path where it is still ours.
    ///
    /// @throws SwitchdException where it cannot be looked at
    private void release() throws SwitchdException {
        FileStatus mine = bound;
        if (mine == null) {
            return;
        }
        FileStatus there = FileStatus.of(posix, path);
        if (there != null && there.isSameFile(mine)) {
            unlink(path);
        }
        bound = null;
    }

    private void unlink(String socket) {
        try (Arena arena = Arena.ofConfined()) {
            posix.unlink(arena.allocateFrom(socket));
        }
    }

    /// Tells a socket whose owner is dead: nothing is sent to find out.
    private boolean somebodyListens(String socket) throws SwitchdException {
        try (Arena arena = Arena.ofConfined()) {
            UnixAddress address = UnixAddress.of(arena, socket);
            int probe = posix.socket(PosixConstants.AF_UNIX, PosixConstants.SOCK_DGRAM, 0);
            SyscallException.check("socket(AF_UNIX, SOCK_DGRAM)", probe);
            int result = posix.connect(probe, address.memory(), address.length());
            posix.close(probe);
            return !Errno.ECONNREFUSED.is(result);
        }
    }

    /// Removes the path where it is still ours, and the sockets of dead clients beside it. Failures
    /// are passed over: there is nobody left to act on them.
    ///
    /// @param clients paths of clients that were here
    void close(Iterable<String> clients) {
        try {
            asOwner(() -> {
                release();
                for (String client : clients) {
                    removeDead(client);
                }
                return true;
            });
        } catch (SwitchdException e) {
            LOG.log(Level.DEBUG, "leaving " + path, e);
        }
    }

    private void removeDead(String client) throws SwitchdException {
        FileStatus there = FileStatus.of(posix, client);
        if (there != null && there.isSocket() && !somebodyListens(client)) {
            unlink(client);
        }
    }
}
