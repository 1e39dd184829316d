package switchd.daemon.control;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Objects;
import switchd.core.HostException;
import switchd.core.PermissionException;
import switchd.core.SwitchdException;

/// The directory of the control socket: nobody but root and ourselves may put another socket in the
/// place of ours.
final class ControlDirectory implements AutoCloseable {
    private static final String PUBLIC = "rwxr-xr-x";
    private static final int WRITABLE_BY_OTHERS = 022;
    private static final int STICKY = 01000;
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
    /// @throws SwitchdException where it cannot be had, or others may write to it or above it
    static ControlDirectory of(Path socket, int uid) throws SwitchdException {
        Path path = Objects.requireNonNull(socket.getParent(), "an absolute path has a directory");
        // One of our name may have been left by a daemon that was killed.
        boolean made = make(path) || path.endsWith("switchd");
        ControlDirectory directory = new ControlDirectory(path, made);
        try {
            for (Path part = path.toRealPath(); part != null; part = part.getParent()) {
                check(part, uid);
            }
            return directory;
        } catch (IOException e) {
            directory.close();
            throw new HostException(path + " cannot be looked into: " + e.getMessage());
        } catch (SwitchdException e) {
            directory.close();
            throw e;
        }
    }

    private static boolean make(Path path) throws SwitchdException {
        try {
            Files.createDirectory(path);
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(PUBLIC));
            return true;
        } catch (FileAlreadyExistsException _) {
            return false;
        } catch (java.nio.file.AccessDeniedException _) {
            throw new PermissionException(
                    "cannot make "
                            + path
                            + " for the control socket: run switchd with sudo, or give --control a"
                            + " place you may write to, or --control none");
        } catch (IOException _) {
            throw new HostException(
                    "cannot make "
                            + path
                            + " for the control socket: make the directories above it first, or give"
                            + " another --control");
        }
    }

    private static void check(Path part, int uid) throws IOException, HostException {
        Map<String, Object> status =
                Files.readAttributes(part, "unix:uid,mode", LinkOption.NOFOLLOW_LINKS);
        int owner = number(status, "uid");
        int mode = number(status, "mode");
        boolean open = (mode & WRITABLE_BY_OTHERS) != 0 && (mode & STICKY) == 0;
        if (open || (owner != ROOT && owner != uid)) {
            throw new HostException(
                    part
                            + " must belong to root"
                            + (uid == ROOT ? "" : " or to you")
                            + " and be writable by nobody else, or others could put their socket in"
                            + " the place of the control socket: mend it, or give another --control");
        }
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
