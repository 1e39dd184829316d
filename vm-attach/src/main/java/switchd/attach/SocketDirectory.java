package switchd.attach;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import switchd.core.Errno;
import switchd.core.HostException;
import switchd.core.PermissionException;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.core.Undo;
import switchd.posix.FileStatus;
import switchd.posix.Owner;
import switchd.posix.Posix;

/// The directory of a port's socket: private to the VM's user, who binds his own socket beside
/// ours.
///
/// What is missing is made, what was made is removed at the end, and what was there is left as it
/// is.
public final class SocketDirectory implements AutoCloseable {
    private static final int PRIVATE = 0700;
    private static final int PUBLIC = 0755;
    private static final int PERMISSIONS = 0777;
    private static final int WRITABLE_BY_OTHERS = 022;

    private final Posix posix;
    private final Undo made = new Undo();

    private SocketDirectory(Posix posix) {
        this.posix = posix;
    }

    /// A directory of ours, `base/name`: nobody but us may write to `base`, nobody but `owner` sees
    /// `name`.
    ///
    /// @throws SwitchdException where it cannot be had; nothing is left behind
    public static SocketDirectory managed(Posix posix, String base, String name, Owner owner)
            throws SwitchdException {
        return new SocketDirectory(posix).build(directory -> directory.makeBoth(base, name, owner));
    }

    /// A directory that the operator chose. Where it does not exist yet, it is made for `owner`
    /// alone.
    ///
    /// @throws SwitchdException where it cannot be had; nothing is left behind
    public static SocketDirectory chosen(Posix posix, String path, Owner owner)
            throws SwitchdException {
        return new SocketDirectory(posix)
                .build(directory -> {
                    if (directory.look(path) == null) {
                        directory.make(path, PRIVATE, owner);
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

    private void makeBoth(String base, String name, Owner owner) throws SwitchdException {
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
        }
        String path = base + "/" + name;
        FileStatus old = look(path);
        if (old != null && (old.uid() != owner.uid() || (old.mode() & PERMISSIONS) != PRIVATE)) {
            int removed = withPath(path, posix::rmdir);
            if (removed < 0) {
                throw new HostException(
                        path + " belongs to another user and is in use: remove it, or give --name",
                        new SyscallException("rmdir(" + path + ")", removed));
            }
            old = null;
        }
        if (old == null) {
            make(path, PRIVATE, owner);
        } else {
            // Left by a switchd that was killed: ours to remove in the end.
            made.push(() -> remove(path));
        }
    }

    private @Nullable FileStatus look(String path) throws SwitchdException {
        FileStatus status = FileStatus.of(posix, path);
        if (status != null && !status.isDirectory()) {
            throw new HostException(
                    path + " is not a directory: remove it, or give another --socket");
        }
        return status;
    }

    private void make(String path, int mode, Owner owner) throws SwitchdException {
        int result = withPath(path, memory -> posix.mkdir(memory, mode));
        if (result < 0) {
            SyscallException cause = new SyscallException("mkdir(" + path + ")", result);
            if (cause.is(Errno.EACCES) || cause.is(Errno.EPERM)) {
                throw new PermissionException(
                        "cannot make "
                                + path
                                + ": give --socket a place you may write to, or run it with sudo",
                        cause);
            }
            throw new HostException(
                    "cannot make " + path + ": make the directories above it first", cause);
        }
        made.push(() -> remove(path));
        if (owner.uid() != posix.geteuid()) {
            // Safe by path: `base` is writable by nobody else, and a chosen place has just been
            // made.
            int given = withPath(path, memory -> posix.chown(memory, owner.uid(), owner.gid()));
            SyscallException.check("chown(" + path + ", " + owner.uid() + ")", given);
        }
    }

    /// What others have put there keeps the directory alive; that is no error.
    private void remove(String path) {
        withPath(path, posix::rmdir);
    }

    /// Removes what was made, unless somebody still uses it.
    @Override
    public void close() {
        try {
            made.close();
        } catch (SwitchdException e) {
            throw new AssertionError("removing directories reports no failure", e);
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
