package switchd.posix;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The JDK's own reading of `struct stat` is the judge of ours.
class FileStatusTest {
    @TempDir private Path directory;

    @Test
    void aFileIsToldAsTheJdkTellsIt() throws Exception {
        assertAgrees(Files.writeString(directory.resolve("file"), "text"));
    }

    @Test
    void aDirectoryIsOne() throws Exception {
        assertAgrees(directory);
        assertThat(status(directory).isDirectory()).isTrue();
        assertThat(status(directory).isSocket()).isFalse();
    }

    @Test
    void aLinkIsNotFollowed() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("link"), directory);
        assertAgrees(link);
        assertThat(status(link).isDirectory()).isFalse();
        assertThat(status(link).isSameFile(status(directory))).isFalse();
    }

    @Test
    void aSocketIsOne() throws Exception {
        Path path = directory.resolve("socket");
        try (ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.bind(UnixDomainSocketAddress.of(path));
            assertThat(status(path).isSocket()).isTrue();
            assertThat(status(path).isSameFile(status(path))).isTrue();
            assertAgrees(path);
        }
    }

    @Test
    void nothingIsNull() throws Exception {
        try (Arena arena = Arena.ofConfined()) {
            String path = directory.resolve("absent").toString();
            assertThat(FileStatus.of(new NativePosix(arena), path)).isNull();
        }
    }

    private static FileStatus status(Path path) throws Exception {
        try (Arena arena = Arena.ofConfined()) {
            FileStatus status = FileStatus.of(new NativePosix(arena), path.toString());
            assertThat(status).isNotNull();
            return status;
        }
    }

    private static void assertAgrees(Path path) throws Exception {
        FileStatus ours = status(path);
        Map<String, Object> theirs =
                Files.readAttributes(path, "unix:*", LinkOption.NOFOLLOW_LINKS);
        assertThat(ours.mode()).isEqualTo(theirs.get("mode"));
        assertThat(ours.uid()).isEqualTo(theirs.get("uid"));
        assertThat(ours.inode()).isEqualTo(theirs.get("ino"));
        assertThat(ours.device()).isEqualTo(theirs.get("dev"));
        assertThat(FileTime.from(ours.changedNanos(), TimeUnit.NANOSECONDS))
                .isEqualTo(theirs.get("ctime"));
    }
}
