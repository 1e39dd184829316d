package switchd.daemon.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import switchd.core.Errno;
import switchd.core.PermissionException;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.core.UsageException;
import switchd.posix.Ids;

/// Reads a configuration file, after a look at who else could have written it: what it says is done
/// as root.
final class ConfigFile {
    /// Far more than thousands of ports take.
    static final int LARGEST = 1 << 20;

    private static final int WRITABLE_BY_OTHERS = 022;
    private static final int STICKY = 01000;

    private ConfigFile() {}

    /// The text of a file.
    ///
    /// @param trusted users who may own it and its directories, by number; null where anybody may,
    ///   as the process acts as a user who is not root
    /// @throws SwitchdException where it cannot be read, or is not to be believed
    static String read(Path path, @Nullable Set<Integer> trusted) throws SwitchdException {
        try {
            Path real = path.toRealPath();
            if (!Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS)) {
                throw new UsageException(path + ": not a regular file: give a file by --config");
            }
            if (trusted != null) {
                for (Path part = real; part != null; part = part.getParent()) {
                    checkWriters(path, part, trusted);
                }
            }
            return decoded(path, bytes(real));
        } catch (NoSuchFileException _) {
            throw new UsageException(
                    path
                            + ": there is no such file: write it (docs/configuration.md has an example) or"
                            + " name another by --config");
        } catch (AccessDeniedException _) {
            throw new PermissionException(
                    path + ": you may not read it: run it with sudo, or as the file's owner",
                    new SyscallException("open(" + path + ")", -Errno.EACCES.number()));
        } catch (IOException e) {
            throw new UsageException(path + ": cannot be read: " + e.getMessage());
        }
    }

    private static void checkWriters(Path path, Path part, Set<Integer> trusted)
            throws IOException, UsageException {
        int mode = attribute(part, "unix:mode");
        int owner = attribute(part, "unix:uid");
        String where = part.equals(path) ? "" : part + " ";
        if (!trusted.contains(owner)) {
            throw new UsageException(
                    "%s: %sbelongs to user %s, who could change what root does: chown root %s"
                            .formatted(path, where, Ids.text(owner), part));
        }
        // In a sticky directory others can add files, but not replace ours.
        boolean sticky = Files.isDirectory(part) && (mode & STICKY) != 0;
        if ((mode & WRITABLE_BY_OTHERS) != 0 && !sticky) {
            throw new UsageException(
                    "%s: %sis writable by others, who could change what root does: chmod go-w %s"
                            .formatted(path, where, part));
        }
    }

    private static int attribute(Path path, String name) throws IOException {
        Object value = Files.getAttribute(path, name, LinkOption.NOFOLLOW_LINKS);
        return (Integer) Objects.requireNonNull(value);
    }

    private static byte[] bytes(Path real) throws IOException, UsageException {
        try (InputStream in = Files.newInputStream(real, LinkOption.NOFOLLOW_LINKS)) {
            byte[] bytes = in.readNBytes(LARGEST + 1);
            if (bytes.length > LARGEST) {
                throw new UsageException(
                        real + ": larger than " + LARGEST + " bytes: this is no configuration");
            }
            return bytes;
        }
    }

    private static String decoded(Path path, byte[] bytes) throws UsageException {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CharBuffer text = CharBuffer.allocate(bytes.length);
        if (decoder.decode(ByteBuffer.wrap(bytes), text, true).isError()) {
            String before = text.flip().toString();
            int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
            int column = before.length() - before.lastIndexOf('\n');
            throw new UsageException(
                    "%s:%d:%d: not UTF-8: save the file in UTF-8".formatted(path, line, column));
        }
        String whole = text.flip().toString();
        return whole.startsWith("\ufeff") ? whole.substring(1) : whole;
    }
}
