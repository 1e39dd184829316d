package switchd.attach;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import switchd.core.SyscallException;
import switchd.posix.FileStatus;
import switchd.posix.Posix;
import switchd.posix.PosixConstants;

/// Whether a path leads where the user that we act as has it lead, whatever others do.
final class TrustedPath {
    private static final int WRITABLE_BY_OTHERS = 022;
    private static final int STICKY = 01000;
    private static final int S_IFLNK = 0xa000;
    private static final int MOST_LINKS = 40;

    private TrustedPath() {}

    /// True where all directories and links on the way to `path` are ours, those that links lead
    /// through included, and nobody else can put something else in their place. What is at `path`
    /// itself is not looked at.
    ///
    /// @param path absolute
    static boolean isOurs(Posix posix, String path) throws SyscallException {
        return isOurs(posix, path, MOST_LINKS);
    }

    private static boolean isOurs(Posix posix, String path, int links) throws SyscallException {
        for (int end = 0; end >= 0; end = path.indexOf('/', end + 1)) {
            String above = end == 0 ? "/" : path.substring(0, end);
            FileStatus status = FileStatus.of(posix, above);
            if (status == null || status.uid() != posix.geteuid() || isOpenToOthers(status)) {
                return false;
            }
            if (isLink(status) && (links == 0 || !isOurs(posix, within(above), links - 1))) {
                return false;
            }
        }
        return true;
    }

    /// A path in what the link leads to; one that cannot be where it cannot be read.
    private static String within(String link) {
        try {
            Path target = Files.readSymbolicLink(Path.of(link));
            return Path.of(link).resolveSibling(target).resolve("x").toString();
        } catch (IOException _) {
            return link + "/x/x"; // it has changed: not ours
        }
    }

    /// True for a symbolic link.
    static boolean isLink(FileStatus status) {
        return (status.mode() & PosixConstants.S_IFMT) == S_IFLNK;
    }

    /// Others can remove files from it, ours included. (The mode of a link means nothing.)
    private static boolean isOpenToOthers(FileStatus above) {
        return above.isDirectory()
                && (above.mode() & WRITABLE_BY_OTHERS) != 0
                && (above.mode() & STICKY) == 0;
    }
}
