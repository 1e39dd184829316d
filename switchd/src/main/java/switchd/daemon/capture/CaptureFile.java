package switchd.daemon.capture;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import switchd.core.HostException;
import switchd.core.UsageException;

/// Where a capture is written to.
///
/// Root may write into directories that others write to as well. So nothing that is there already
/// is written into, but pipes and devices: a file is replaced by a new one, which its maker alone
/// may read, and a symbolic link is refused. Whoever may exchange the directories on the way
/// decides where the new file is made.
public final class CaptureFile {
    private static final int S_IFMT = 0170000;
    private static final int S_IFIFO = 0010000;

    private CaptureFile() {}

    /// Opens a file to write to.
    ///
    /// @throws UsageException where the path names what cannot be a capture file
    /// @throws HostException where it cannot be made
    public static OutputStream open(Path path) throws UsageException, HostException {
        try {
            return Channels.newOutputStream(isFreeAfterwards(path) ? made(path) : opened(path));
        } catch (FileAlreadyExistsException e) {
            throw new HostException("-w " + path + ": somebody has made it just now: try again");
        } catch (NoSuchFileException e) {
            throw new HostException("-w " + path + ": there is no such directory: make it");
        } catch (IOException e) {
            throw new HostException("-w " + path + ": " + e.getMessage());
        }
    }

    private static SeekableByteChannel made(Path path) throws IOException {
        return Files.newByteChannel(
                path,
                Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    /// What is opened may be another thing than was looked at: others can exchange a pipe.
    private static SeekableByteChannel opened(Path path) throws IOException, HostException {
        boolean isPipe = (mode(path) & S_IFMT) == S_IFIFO;
        SeekableByteChannel channel =
                Files.newByteChannel(path, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        if (isPipe ? canSeek(channel) : channel.size() > 0) {
            channel.close();
            throw new HostException("-w " + path + ": somebody exchanges it: give another path");
        }
        return channel;
    }

    private static int mode(Path path) throws IOException {
        return (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    }

    private static boolean canSeek(SeekableByteChannel channel) {
        try {
            return channel.position() >= 0;
        } catch (IOException _) {
            return false;
        }
    }

    /// Removes a file that is there.
    ///
    /// @return false where there is a pipe or device, which is to be written into
    private static boolean isFreeAfterwards(Path path) throws IOException, UsageException {
        BasicFileAttributes there;
        try {
            there =
                    Files.readAttributes(
                            path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException _) {
            return true;
        }
        if (there.isSymbolicLink()) {
            throw new UsageException(
                    "-w " + path + ": it is a symbolic link: give the path of the file itself");
        }
        if (there.isDirectory()) {
            throw new UsageException("-w " + path + ": it is a directory: give a file in it");
        }
        if (there.isRegularFile()) {
            Files.delete(path);
            return true;
        }
        return false;
    }
}
