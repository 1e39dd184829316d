package switchd.daemon.control;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import switchd.core.HostException;
import switchd.core.PermissionException;
import switchd.core.SwitchdException;

/// The directory of the control socket: nobody but root and ourselves may put another socket in the
/// place of ours.
final class ControlDirectory implements AutoCloseable {
    private static final String PUBLIC = "rwxr-xr-x";
    private static final int WRITABLE_BY_OTHERS = 022;
    private static final int STICKY = 01000;
    private static final int KIND = 0170000;
    private static final int LINK = 0120000;
    private static final int MOST_LINKS = 40;
    private static final int ROOT = 0;

    private final Path path;
    private final boolean made;

    private ControlDirectory(Path path, boolean made) {
        this.path = path;
        this.made = made;
    }

    /// The directory that `socket` is to lie in, made where it alone is missing.
    ///
    /// @param uid that this process acts as
    /// @throws SwitchdException where it cannot be had, or others may write to it or above it;
    ///   nothing was made or changed then
    static ControlDirectory of(Path socket, int uid) throws SwitchdException {
        Path path = Objects.requireNonNull(socket.getParent(), "an absolute path has a directory");
        Path above = path.getParent();
        try {
            if (above != null) {
                walk(above, uid, MOST_LINKS);
            }
            boolean made = make(path);
            try {
                walk(path, uid, MOST_LINKS);
            } catch (IOException | SwitchdException e) {
                new ControlDirectory(path, made).close();
                throw e;
            }
            // One of our name may have been left by a daemon that was killed.
            return new ControlDirectory(path, made || path.endsWith("switchd"));
        } catch (AccessDeniedException _) {
            throw new PermissionException(
                    "cannot make "
                            + path
                            + " for the control socket: run switchd with sudo, or give --control a"
                            + " place you may write to, or --control none");
        } catch (IOException e) {
            throw new HostException(
                    "cannot have "
                            + path
                            + " for the control socket ("
                            + e
                            + "): make the directories above it first, or give another --control");
        }
    }

    private static boolean make(Path path) throws IOException {
        Set<PosixFilePermission> mode = PosixFilePermissions.fromString(PUBLIC);
        try {
            // Never more than that, whatever the process's umask is just now, and then all of it.
            Files.createDirectory(path, PosixFilePermissions.asFileAttribute(mode));
        } catch (FileAlreadyExistsException _) {
            return false;
        }
        Files.setPosixFilePermissions(path, mode);
        return true;
    }

    /// Goes the way that the kernel goes, and checks each directory and each link on it.
    ///
    /// @param path absolute
    /// @param links how many may be followed yet
    /// @return where it leads
    private static Path walk(Path path, int uid, int links) throws IOException, HostException {
        Path at = path.getRoot();
        check(at, uid);
        for (Path name : path) {
            if (name.toString().equals("..")) {
                at = at.getParent() == null ? at : at.getParent();
                continue;
            }
            Path next = at.resolve(name);
            if (!check(next, uid)) {
                at = next;
            } else if (links == 0) {
                throw new FileSystemLoopException(path.toString());
            } else {
                at = walk(at.resolve(Files.readSymbolicLink(next)), uid, links - 1);
            }
        }
        return at;
    }

    /// @return true for a link
    private static boolean check(Path part, int uid) throws IOException, HostException {
        Map<String, Object> status =
                Files.readAttributes(part, "unix:uid,mode", LinkOption.NOFOLLOW_LINKS);
        int owner = number(status, "uid");
        int mode = number(status, "mode");
        boolean link = (mode & KIND) == LINK; // its permissions mean nothing
        boolean open = !link && (mode & WRITABLE_BY_OTHERS) != 0 && (mode & STICKY) == 0;
        if (open || (owner != ROOT && owner != uid)) {
            throw new HostException(
                    part
                            + " must belong to root"
                            + (uid == ROOT ? "" : " or to you")
                            + " and be writable by nobody else, or others could put their socket in"
                            + " the place of the control socket: mend it, or give another --control");
        }
        return link;
    }

    static int number(Map<String, Object> status, String name) {
        return (Integer) Objects.requireNonNull(status.get(name), name);
    }

    Path path() {
        return path;
    }

    /// Removes what was made, unless somebody still uses it.
    @Override
    public void close() {
        if (made) {
            try {
                Files.deleteIfExists(path);
            } catch (IOException _) {
                // A port's directory is still there: whoever is last removes it, or nobody.
            }
        }
    }
}
