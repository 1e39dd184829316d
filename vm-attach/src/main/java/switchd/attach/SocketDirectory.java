package switchd.attach;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import switchd.core.Errno;
import switchd.core.HostException;
import switchd.core.Kernel;
import switchd.core.PermissionException;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.core.Undo;
import switchd.posix.FileRights;
import switchd.posix.FileStatus;
import switchd.posix.Ids;
import switchd.posix.Owner;
import switchd.posix.Posix;

/// The directory of a port's sockets: for those who may attach, and bind their own socket beside
/// ours.
///
/// What is missing is made, and removed at the end; what was there is left as it is, but for empty
/// directories of ours.
public final class SocketDirectory implements AutoCloseable {
    private static final int PUBLIC = 0755;
    private static final int PERMISSIONS = 01777;
    private static final int WRITABLE_BY_OTHERS = 022;
    private static final int STICKY = 01000;
    private static final int ROOT = 0;

    private static final Logger LOG = System.getLogger(SocketDirectory.class.getName());

    private final Posix posix;
    private final Undo made = new Undo();

    private SocketDirectory(Posix posix) {
        this.posix = posix;
    }

    /// A directory of ours, `base/name`: nobody but us may write to `base`, nobody but those whom
    /// `access` lets in sees `name`. One that was made for others is made anew, where only sockets
    /// are in it that nobody has any more.
    ///
    /// @throws SwitchdException where it cannot be had; nothing is left behind
    public static SocketDirectory managed(
            Posix posix, FileRights rights, String base, String name, SocketAccess access)
            throws SwitchdException {
        return new SocketDirectory(posix)
                .build(directory -> directory.makeBoth(rights, base, name, access));
    }

    /// A directory that the operator chose. Where it does not exist yet, it is made for those whom
    /// `access` lets in: by the owner himself where he may, else by us where nobody can lead us
    /// elsewhere.
    ///
    /// @param byOwner true where we make nothing that the owner could not make himself: then who
    ///   chose it may be somebody to whom we would not give a directory of ours
    /// @throws SwitchdException where it cannot be had, or others could lead root elsewhere;
    ///   nothing is left behind
    public static SocketDirectory chosen(
            Posix posix, FileRights rights, String path, SocketAccess access, boolean byOwner)
            throws SwitchdException {
        return new SocketDirectory(posix)
                .build(directory -> {
                    FileStatus there = directory.lookChosen(path);
                    directory.checkRootsWay(path, there != null, access);
                    if (there == null) {
                        directory.makeChosen(rights, path, access, byOwner);
                    } else if (!there.isDirectory() && !TrustedPath.isLink(there)) {
                        throw notADirectory(path);
                    }
                });
    }

    @FunctionalInterface
    private interface Steps {
        void run(SocketDirectory directory) throws SwitchdException;
    }

    private SocketDirectory build(Steps steps) throws SwitchdException {
        try (Undo undo = new Undo()) {
            undo.push(made::close);
            steps.run(this);
            undo.keep();
            return this;
        }
    }

    private void makeBoth(FileRights rights, String base, String name, SocketAccess access)
            throws SwitchdException {
        Owner self = Owner.current(posix);
        FileStatus there = look(base);
        if (there == null) {
            make(base, PUBLIC, self);
        } else if (there.uid() != self.uid() || (there.mode() & WRITABLE_BY_OTHERS) != 0) {
            throw new HostException(
                    base
                            + " must belong to the user switchd runs as and be writable by nobody else,"
                            + " or others could put their sockets in the place of ours: remove it, or"
                            + " give --socket");
        } else {
            made.push(() -> remove(base)); // whoever is last, whoever was first
        }
        String path = base + "/" + name;
        FileStatus old = look(path);
        if (old != null && !isFor(access, old)) {
            DeadSockets.sweep(posix, rights, path, new Owner(old.uid(), old.gid()));
            int removed = withPath(path, posix::rmdir);
            if (removed < 0) {
                throw new HostException(
                        path
                                + " is in use and not as user "
                                + Ids.text(access.owner().uid())
                                + " and mode "
                                + Integer.toOctalString(access.mode())
                                + " want it: remove it, or give another --name",
                        new SyscallException("rmdir(" + path + ")", removed));
            }
            old = null;
        }
        if (old == null) {
            make(path, access.directoryMode(), access.owner());
        } else {
            // Left by a switchd that was killed: ours to remove in the end.
            made.push(() -> remove(path));
        }
    }

    private static boolean isFor(SocketAccess access, FileStatus old) {
        return old.uid() == access.owner().uid()
                && (old.mode() & PERMISSIONS) == access.directoryMode()
                && (!access.isForGroup() || old.gid() == access.owner().gid());
    }

    /// Root's port has root's rights wherever its path leads.
    private void checkRootsWay(String path, boolean there, SocketAccess access)
            throws SwitchdException {
        if (access.owner().uid() == ROOT
                && posix.geteuid() == ROOT
                && !TrustedPath.isOurs(posix, there ? path + "/." : path)) {
            if (FileStatus.of(posix, path.substring(0, path.lastIndexOf('/') + 1)) == null) {
                throw cannotMake(path, -Errno.ENOENT.number());
            }
            throw new PermissionException(
                    "others could lead root elsewhere by "
                            + path
                            + ": give its directory's --owner, or another --socket");
        }
    }

    private void makeChosen(FileRights rights, String path, SocketAccess access, boolean byOwner)
            throws SwitchdException {
        Owner owner = access.owner();
        int mode = access.directoryMode();
        // What root makes and gives away by its path in a place of others, they can replace by a
        // link in between: /etc would be theirs.
        int result = rights.as(owner, () -> mkdir(path, mode));
        if (result >= 0) {
            made.push(() -> rights.as(owner, () -> remove(path)));
            return;
        }
        if (!Errno.EACCES.is(result) || owner.uid() == posix.geteuid()) {
            throw cannotMake(path, result);
        }
        if (byOwner || !TrustedPath.isOurs(posix, path)) {
            throw new PermissionException(
                    "user %1$s may not make %2$s: make it first, with install -d -o %1$s -g %3$s -m %4$o %2$s"
                            .formatted(Ids.text(owner.uid()), path, Ids.text(owner.gid()), mode),
                    new SyscallException("mkdir(" + path + ")", result));
        }
        make(path, mode, owner);
    }

    private @Nullable FileStatus lookChosen(String path) throws SwitchdException {
        try {
            return FileStatus.of(posix, path);
        } catch (SyscallException e) {
            if (e.is(Errno.EACCES)) {
                throw new PermissionException(
                        "cannot look into "
                                + path
                                + ": give --socket a place you may write to, or run it with sudo",
                        e);
            }
            throw e;
        }
    }

    private @Nullable FileStatus look(String path) throws SwitchdException {
        FileStatus status = FileStatus.of(posix, path);
        if (status != null && !status.isDirectory()) {
            throw notADirectory(path);
        }
        return status;
    }

    private static HostException notADirectory(String path) {
        return new HostException(path + " is not a directory: remove it, or give another --socket");
    }

    private void make(String path, int mode, Owner owner) throws SwitchdException {
        int result = mkdir(path, mode);
        if (result < 0) {
            throw cannotMake(path, result);
        }
        made.push(() -> remove(path));
        if (!Owner.current(posix).equals(owner)) {
            // Safe by path: nobody else can put something in its place.
            int given = withPath(path, memory -> posix.chown(memory, owner.uid(), owner.gid()));
            SyscallException.check("chown(" + path + ", " + owner + ")", given);
        }
    }

    /// With exactly this mode, whatever the process takes away from new files.
    private int mkdir(String path, int mode) {
        int mask = posix.umask(0777 & ~mode);
        int result = withPath(path, memory -> posix.mkdir(memory, mode));
        posix.umask(mask);
        if (result < 0 || (mode & STICKY) == 0 || Kernel.current() == Kernel.LINUX) {
            return result;
        }
        // Darwin takes no such bit from mkdir. It opens nothing.
        int sticky = withPath(path, memory -> posix.chmod(memory, mode));
        if (sticky < 0) {
            remove(path);
        }
        return sticky;
    }

    private SwitchdException cannotMake(String path, int result) {
        SyscallException cause = new SyscallException("mkdir(" + path + ")", result);
        if (cause.is(Errno.EACCES) || cause.is(Errno.EPERM)) {
            // Root's, as the daemon has them on Linux, are no more than its own directories'.
            String cure =
                    posix.geteuid() == 0
                            ? "its directory's --owner, or another --socket"
                            : "--socket a place you may write to, or run it with sudo";
            return new PermissionException("cannot make " + path + ": give " + cure, cause);
        }
        return new HostException(
                "cannot make " + path + ": make the directories above it first", cause);
    }

    /// What others have put there keeps the directory alive; that is no error.
    private int remove(String path) {
        return withPath(path, posix::rmdir);
    }

    /// Removes what was made, unless somebody still uses it.
    @Override
    public void close() {
        try {
            made.close();
        } catch (SwitchdException e) {
            LOG.log(Level.DEBUG, "leaving a directory", e); // nobody is left to act on it
        }
    }

    @FunctionalInterface
    private interface PathCall {
        int on(MemorySegment path);
    }

    private static int withPath(String path, PathCall call) {
        try (Arena arena = Arena.ofConfined()) {
            return call.on(arena.allocateFrom(path));
        }
    }
}
