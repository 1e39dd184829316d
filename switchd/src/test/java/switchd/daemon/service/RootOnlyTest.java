package switchd.daemon.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RootOnlyTest {
    @TempDir private Path temporary;

    private Path folder;
    private int self;

    @BeforeEach
    void makeFolder() throws IOException {
        folder = Files.createDirectory(temporary.toRealPath().resolve("f"));
        mode(folder, "rwxr-xr-x");
        self = (Integer) Files.getAttribute(folder, "unix:uid");
    }

    private static Path mode(Path path, String permissions) throws IOException {
        return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    /// Of what lies in the folder only: what is above it, is not the test's.
    private String within(Path path) throws IOException {
        return new RootOnly(self, folder)
                .within(path)
                .map(weakness -> folder.relativize(weakness.path()) + " " + weakness.mode())
                .orElse("fine");
    }

    @Test
    void whatOnlyTheTrustedMayChangeIsFine() throws IOException {
        Files.createFile(folder.resolve("file"));
        mode(folder.resolve("file"), "rwxr-xr-x");
        assertThat(within(folder)).isEqualTo("fine");
    }

    @Test
    void aFileThatOthersMayWriteIsFound() throws IOException {
        Path inner = Files.createDirectories(folder.resolve("a/b"));
        mode(Files.createFile(inner.resolve("file")), "rw-rw-r--");
        assertThat(within(folder)).isEqualTo("a/b/file " + 0664);
        mode(inner.resolve("file"), "rw-r--rw-");
        assertThat(within(folder)).isEqualTo("a/b/file " + 0646);
    }

    @Test
    void aDirectoryOnTheWayIsFound() throws IOException {
        Path inner = Files.createDirectories(folder.resolve("a/b"));
        mode(folder.resolve("a"), "rwxrwxr-x");
        assertThat(within(inner)).isEqualTo("a " + 0775);
    }

    @Test
    void whatALinkLeadsToIsLookedAt() throws IOException {
        Path open = Files.createDirectories(folder.resolve("elsewhere/open"));
        mode(folder.resolve("elsewhere"), "rwxrwxrwx");
        Path inner = Files.createDirectory(folder.resolve("inner"));
        Files.createSymbolicLink(inner.resolve("link"), open);
        assertThat(within(inner)).isEqualTo("elsewhere " + 0777);
    }

    @Test
    void anotherOwnerIsFound() throws IOException {
        assertThat(new RootOnly(self + 1, folder).onTheWayTo(folder.resolve("a")))
                .hasValue(new RootOnly.Weakness(folder, self, 0755));
    }

    @Test
    void theWayToWhatIsNotThereYetCounts() throws IOException {
        mode(folder, "rwxrwxrwx");
        assertThat(new RootOnly(self, folder).onTheWayTo(folder.resolve("not/yet")))
                .hasValue(new RootOnly.Weakness(folder, self, 0777));
    }
}
