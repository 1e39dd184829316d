package switchd.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import switchd.core.Errno;
import switchd.core.PermissionException;
import switchd.core.UsageException;
import switchd.posix.FileRights;
import switchd.posix.Owner;
import switchd.posix.testkit.NeedsRoot;

@NeedsRoot
@Timeout(30)
class ThreadFileRightsTest {
    private static final Owner SOMEBODY = new Owner(65_534, 65_534);

    @TempDir private Path directory;
    private Arena arena;
    private Linux linux;
    private FileRights rights;

    @BeforeEach
    void open() throws Exception {
        arena = Arena.ofConfined();
        linux = new NativeLinux(arena);
        rights = new ThreadFileRights(linux);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    }

    @AfterEach
    void close() {
        arena.close();
    }

    @Test
    void whatIsMadeBelongsToTheOwner() throws Exception {
        String made = directory.resolve("made").toString();
        int result = rights.as(SOMEBODY, () -> linux.mkdir(arena.allocateFrom(made), 0700));
        assertThat(result).isZero();
        assertThat(Files.getAttribute(Path.of(made), "unix:uid")).isEqualTo(65_534);
        assertThat(Files.getAttribute(Path.of(made), "unix:gid")).isEqualTo(65_534);
        assertRootAgain();
    }

    @Test
    void rootsPowerOverFilesIsGoneMeanwhile() throws Exception {
        assertRefused("rwx------");
        assertRefused("rwxrwx---"); // nor does root's group help
    }

    private void assertRefused(String permissions) throws Exception {
        Path closed = directory.resolve("root's");
        Files.createDirectories(closed);
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString(permissions));
        MemorySegment inside = arena.allocateFrom(closed.resolve("x").toString());
        int result = rights.as(SOMEBODY, () -> linux.mkdir(inside, 0700));
        assertThat(Errno.EACCES.is(result)).as("%d", result).isTrue();
        assertRootAgain();
    }

    @Test
    void aFailureOfTheWorkGivesRootItsRightsBack() throws Exception {
        assertThatThrownBy(() ->
                        rights.as(
                                SOMEBODY,
                                () -> {
                                    throw new UsageException("wrong");
                                }))
                .isInstanceOf(UsageException.class);
        assertRootAgain();
    }

    @Test
    void otherThreadsKeepTheirRights() throws Exception {
        rights.as(
                SOMEBODY,
                () -> {
                    assertThat(fileSystemUserOf("self")).startsWith("0");
                    assertThat(fileSystemUserOf("thread-self")).isEqualTo("65534");
                    return true;
                });
    }

    @Test
    void oneselfNeedsNothing() throws Exception {
        assertThat(rights.as(Owner.current(linux), () -> "done")).isEqualTo("done");
    }

    @Test
    void somebodyElseTakesRoot() throws Exception {
        TestLan.run(
                false,
                lan -> {
                    Capabilities.drop();
                    assertThatThrownBy(
                                    () -> new ThreadFileRights(lan.linux).as(SOMEBODY, () -> true))
                            .isInstanceOf(PermissionException.class)
                            .hasMessageContaining("run it with sudo");
                });
    }

    private void assertRootAgain() throws Exception {
        assertThat(fileSystemUserOf("thread-self")).isEqualTo("0");
        Path inside = directory.resolve("root again");
        assertThat(linux.mkdir(arena.allocateFrom(inside.toString()), 0700)).isZero();
        assertThat(Files.getAttribute(inside, "unix:uid")).isEqualTo(0);
        assertThat(Files.getAttribute(inside, "unix:gid")).isEqualTo(0);
        Files.delete(inside);
    }

    /// The fourth number of `Uid:` in the status of a thread.
    private static String fileSystemUserOf(String task) {
        try {
            return Files.readAllLines(Path.of("/proc/" + task + "/status")).stream()
                    .filter(line -> line.startsWith("Uid:"))
                    .map(line -> line.split("\t", -1)[4])
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
