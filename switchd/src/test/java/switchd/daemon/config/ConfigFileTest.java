package switchd.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import switchd.core.PermissionException;
import switchd.core.SwitchdException;
import switchd.core.UsageException;
import switchd.posix.ProcessIds;

/// Which files root believes.
final class ConfigFileTest {
    private final int self = ProcessIds.current().effectiveUser();
    private final Set<Integer> rootAndSelf = self == 0 ? Set.of(0) : Set.of(0, self);

    @TempDir private Path temporary;
    private Path directory;
    private Path file;

    @BeforeEach
    void write() throws IOException {
        directory = Files.createDirectory(temporary.toRealPath().resolve("etc"));
        file = Files.writeString(directory.resolve("switchd.json"), "{}");
        permit(directory, "rwxr-xr-x");
        permit(file, "rw-r--r--");
    }

    private static void permit(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    private void refuses(Path path, String told) {
        assertThatThrownBy(() -> ConfigFile.read(path, rootAndSelf))
                .isInstanceOf(UsageException.class)
                .hasMessage(told);
    }

    @Test
    void aFileOfOursIsRead() throws SwitchdException {
        assertThat(ConfigFile.read(file, rootAndSelf)).isEqualTo("{}");
    }

    @Test
    void oneThatItsGroupOrAnybodyMayWriteIsRefused() throws IOException {
        String told =
                file
                        + ": is writable by others, who could change what root does: chmod go-w "
                        + file;
        permit(file, "rw-rw-r--");
        refuses(file, told);
        permit(file, "rw-r--rw-");
        refuses(file, told);
    }

    @Test
    void oneInADirectoryThatOthersMayWriteIsRefused() throws IOException {
        permit(directory, "rwxrwxr-x");
        refuses(
                file,
                "%s: %s is writable by others, who could change what root does: chmod go-w %s"
                        .formatted(file, directory, directory));
    }

    @Test
    void aStickyDirectoryIsNoHole() throws IOException, SwitchdException {
        Files.setAttribute(directory, "unix:mode", 041777);
        assertThat(ConfigFile.read(file, rootAndSelf)).isEqualTo("{}");
    }

    @Test
    void oneOfSomebodyElseIsRefused() {
        assertThatThrownBy(() -> ConfigFile.read(file, Set.of(self + 1)))
                .isInstanceOf(UsageException.class)
                .hasMessage(
                        "%s: belongs to user %d, who could change what root does: chown root %s"
                                .formatted(file, self, file));
    }

    @Test
    void whereALinkLeadsIsWhatCounts() throws IOException, SwitchdException {
        Path link = Files.createSymbolicLink(directory.resolve("link.json"), file);
        assertThat(ConfigFile.read(link, rootAndSelf)).isEqualTo("{}");
        permit(file, "rw-rw-r--");
        refuses(
                link,
                "%s: %s is writable by others, who could change what root does: chmod go-w %s"
                        .formatted(link, file, file));
    }

    @Test
    void whoIsNotRootMayUseAnyFile() throws IOException, SwitchdException {
        permit(file, "rw-rw-rw-");
        assertThat(ConfigFile.read(file, null)).isEqualTo("{}");
    }

    @Test
    void whatIsNoFileIsRefused() {
        refuses(directory, directory + ": not a regular file: give a file by --config");
        refuses(Path.of("/dev/zero"), "/dev/zero: not a regular file: give a file by --config");
        Path missing = directory.resolve("none.json");
        refuses(
                missing,
                missing
                        + ": there is no such file: write it (docs/configuration.md has an example)"
                        + " or name another by --config");
    }

    @Test
    void oneThatMayNotBeReadIsAMatterOfPermission() throws IOException {
        if (self == 0) {
            return;
        }
        permit(file, "---------");
        assertThatThrownBy(() -> ConfigFile.read(file, null))
                .isInstanceOf(PermissionException.class)
                .hasMessageContaining("EACCES");
    }
}
