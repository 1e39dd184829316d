package switchd.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import switchd.attach.testkit.VmSocket;
import switchd.core.HostException;
import switchd.core.SwitchdException;
import switchd.posix.FileRights;
import switchd.posix.NativePosix;
import switchd.posix.Owner;
import switchd.posix.Posix;

class SocketDirectoryTest {
    private static final FileRights OWN =
            new FileRights() {
                @Override
                public <T> T as(Owner owner, Work<T> work) throws SwitchdException {
                    return work.run();
                }
            };

    @TempDir Path root;

    private final Arena arena = Arena.ofConfined();
    private final Posix posix = new NativePosix(arena);

    @AfterEach
    void free() {
        arena.close();
    }

    private SocketDirectory managed() throws SwitchdException {
        return managed("vm1", SocketAccess.PRIVATE);
    }

    private SocketDirectory managed(int mode) throws SwitchdException {
        return managed("vm1", mode);
    }

    private SocketDirectory managed(String name, int mode) throws SwitchdException {
        String base = root.resolve("switchd").toString();
        return SocketDirectory.managed(
                posix, OWN, base, name, SocketAccess.of(Owner.current(posix), mode));
    }

    private SocketDirectory chosen(Path path) throws SwitchdException {
        return SocketDirectory.chosen(
                posix, OWN, path.toString(), SocketAccess.privateTo(Owner.current(posix)), false);
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private static void chmod(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    @Test
    void bothDirectoriesAreMadeAndRemoved() throws Exception {
        try (SocketDirectory _ = managed()) {
            assertThat(mode(root.resolve("switchd"))).isEqualTo("rwxr-xr-x");
            assertThat(mode(root.resolve("switchd/vm1"))).isEqualTo("rwx------");
        }
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void whoeverGoesLastRemovesWhatAllAreIn() throws Exception {
        SocketDirectory first = managed("vm1", SocketAccess.PRIVATE);
        SocketDirectory second = managed("vm2", SocketAccess.PRIVATE);
        first.close();
        assertThat(root.resolve("switchd/vm2")).isDirectory();
        second.close();
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void theMaskOfTheProcessDoesNotShutTheOwnerOut() throws Exception {
        int before = posix.umask(077);
        try (SocketDirectory _ = managed()) {
            assertThat(mode(root.resolve("switchd"))).isEqualTo("rwxr-xr-x");
        } finally {
            assertThat(posix.umask(before)).isEqualTo(077);
        }
    }

    @Test
    void whatSomebodyElsePutThereKeepsTheDirectory() throws Exception {
        Path kept = root.resolve("switchd/vm1/kept");
        try (SocketDirectory _ = managed()) {
            Files.createFile(kept);
        }
        assertThat(kept).exists();
    }

    @Test
    void aDirectoryLeftByAKilledSwitchdIsUsedAgain() throws Exception {
        SocketDirectory killed = managed();
        Path left = Files.createFile(root.resolve("switchd/vm1/net.sock"));
        try (SocketDirectory _ = managed()) {
            assertThat(left).exists();
            Files.delete(left);
        }
        assertThat(root.resolve("switchd/vm1")).doesNotExist();
        killed.close();
    }

    @Test
    void aDirectoryThatIsOpenToOthersIsMadeAnewOrRefused() throws Exception {
        Path path = Files.createDirectories(root.resolve("switchd/vm1"));
        chmod(root.resolve("switchd"), "rwxr-xr-x");
        chmod(path, "rwxrwxrwx");
        try (SocketDirectory _ = managed()) {
            assertThat(mode(path)).isEqualTo("rwx------");
        }
        Files.createDirectories(path);
        chmod(path, "rwxrwxrwx");
        Files.createFile(path.resolve("used"));
        assertThatThrownBy(this::managed)
                .isInstanceOf(HostException.class)
                .hasMessageContaining("is in use")
                .hasMessageContaining("--name");
    }

    @Test
    void deadSocketsDoNotKeepItAsItWas() throws Exception {
        SocketDirectory killed = managed();
        Path path = root.resolve("switchd/vm1");
        VmSocket.bound(path.resolve("net.sock")).kill();
        VmSocket.bound(path.resolve("vfkit-1-2.sock")).kill();
        try (SocketDirectory _ = managed(SocketAccess.GROUP_TOO)) {
            assertThat(mode(path)).isEqualTo("rwxrwx---");
            assertThat(path).isEmptyDirectory();
        }
        killed.close();
    }

    @Test
    void onlyDeadSocketsAreSwept() throws Exception {
        Path elsewhere = Files.createDirectory(root.resolve("elsewhere"));
        Path target = elsewhere.resolve("dead.sock");
        VmSocket.bound(target).kill();
        SocketDirectory killed = managed();
        Path path = root.resolve("switchd/vm1");
        Path dead = path.resolve("vfkit-1-2.sock");
        VmSocket.bound(dead).kill();
        Path link = Files.createSymbolicLink(path.resolve("link.sock"), target);
        try (VmSocket alive = VmSocket.bound(path.resolve("vfkit-3-4.sock"))) {
            assertInUse();
            assertThat(path).isDirectoryContaining(alive.local()::equals);
            assertThat(dead).doesNotExist();
            assertThat(link).isSymbolicLink();
            assertThat(target).exists();
            assertThat(mode(path)).isEqualTo("rwx------");
        }
        Files.deleteIfExists(path.resolve("vfkit-3-4.sock"));
        assertInUse(); // by the link
        Files.delete(link);
        Path file = Files.createFile(path.resolve("file"));
        assertInUse();
        Files.delete(file);
        killed.close();
    }

    private void assertInUse() {
        assertThatThrownBy(() -> managed(SocketAccess.GROUP_TOO))
                .isInstanceOf(HostException.class)
                .hasMessageContaining("is in use");
    }

    @Test
    void aBaseThatOthersMayWriteToIsRefused() throws Exception {
        Path base = Files.createDirectory(root.resolve("switchd"));
        chmod(base, "rwxrwxrwx");
        assertThatThrownBy(this::managed)
                .isInstanceOf(HostException.class)
                .hasMessageContaining("writable by nobody else");
        assertThat(base).isEmptyDirectory();
    }

    @Test
    void aLinkInTheBasesPlaceIsRefused() throws Exception {
        Path elsewhere = Files.createDirectory(root.resolve("elsewhere"));
        Files.createSymbolicLink(root.resolve("switchd"), elsewhere);
        assertThatThrownBy(this::managed)
                .isInstanceOf(HostException.class)
                .hasMessageContaining("is not a directory");
    }

    @Test
    void aChosenDirectoryThatExistsIsLeftAlone() throws Exception {
        chmod(root, "rwxr-xr-x");
        try (SocketDirectory _ = chosen(root)) {
            assertThat(mode(root)).isEqualTo("rwxr-xr-x");
        }
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void aChosenDirectoryMayBeALink() throws Exception {
        // As /tmp is on macOS.
        Path link =
                Files.createSymbolicLink(
                        root.resolve("link"), Files.createTempDirectory(root, "t"));
        try (SocketDirectory _ = chosen(link)) {
            assertThat(link).isSymbolicLink();
        }
        assertThat(link).isSymbolicLink();
    }

    @Test
    void aChosenDirectoryThatIsAFileIsTold() throws Exception {
        Path file = Files.createFile(root.resolve("file"));
        assertThatThrownBy(() -> chosen(file))
                .isInstanceOf(HostException.class)
                .hasMessageContaining(file + " is not a directory");
    }

    @Test
    void aChosenDirectoryThatIsMissingIsMadeAndRemoved() throws Exception {
        Path path = root.resolve("sockets");
        try (SocketDirectory _ = chosen(path)) {
            assertThat(mode(path)).isEqualTo("rwx------");
        }
        assertThat(path).doesNotExist();
    }

    @Test
    void directoriesAboveAChosenOneAreNotMade() {
        assertThatThrownBy(() -> chosen(root.resolve("a/b")))
                .isInstanceOf(HostException.class)
                .hasMessageContaining("make the directories above it first");
    }
}
