package switchd.attach.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import switchd.attach.KeptLinks.Kept;
import switchd.core.SyscallException;
import switchd.posix.NativePosix;
import switchd.posix.Posix;
import switchd.posix.PosixConstants;
import switchd.posix.UnixAddress;

/// Keepers that hang. Those that run are processes of their own.
@Timeout(60)
final class KeeperClientTest {
    private static final String ONE = "one.datagram.0-0-600-00000000";
    private static final String TWO = "two.datagram.0-0-600-00000000";

    @TempDir private Path directory;

    private final Arena arena = Arena.ofConfined();
    private final Posix posix = new NativePosix(arena);
    private final int link = posix.socket(PosixConstants.AF_UNIX, PosixConstants.SOCK_DGRAM, 0);
    private final Set<ProcessHandle> before = children();

    @SuppressWarnings("NullAway.Init")
    KeeperClientTest() {}

    @AfterEach
    void endKeepers() {
        keepers().forEach(ProcessHandle::destroyForcibly);
        posix.close(link);
        arena.close();
    }

    private static Set<ProcessHandle> children() {
        return ProcessHandle.current().children().collect(Collectors.toSet());
    }

    private List<ProcessHandle> keepers() {
        return children().stream().filter(each -> !before.contains(each)).toList();
    }

    @Test
    @SuppressWarnings("try") // ends early
    void oneThatWasGivenUpLeavesThePathToItsSuccessor() throws Exception {
        Path path = directory.resolve("keep");
        try (KeeperClient first = new KeeperClient(path.toString(), 2);
                KeeperClient second = new KeeperClient(path.toString(), 60);
                KeeperClient third = new KeeperClient(path.toString(), 60)) {
            first.keep(ONE, link);
            ProcessHandle hanging = keepers().getFirst();
            Files.delete(path); // as `second` does with one that does not answer
            second.keep(TWO, link);
            second.close();

            first.close();
            hanging.onExit().get(30, TimeUnit.SECONDS);

            assertThat(path).exists();
            List<Kept> back = third.takeBack();
            assertThat(back).extracting(kept -> kept.name().toString()).containsExactly(TWO);
            back.forEach(kept -> posix.close(kept.fd()));
        }
    }

    /// Nobody takes connections, and the kernel has no room for one more.
    @Test
    void oneThatHangsHoldsNobodyUp() throws Exception {
        Path path = directory.resolve("keep");
        UnixAddress address = UnixAddress.of(arena, path.toString());
        int hanging = posix.socket(PosixConstants.AF_UNIX, PosixConstants.SOCK_STREAM, 0);
        assertThat(posix.bind(hanging, address.memory(), address.length())).isZero();
        assertThat(posix.listen(hanging, 0)).isZero();
        int waiting = posix.socket(PosixConstants.AF_UNIX, PosixConstants.SOCK_STREAM, 0);
        assertThat(posix.connect(waiting, address.memory(), address.length())).isZero();
        try (KeeperClient client = new KeeperClient(path.toString(), 60)) {
            assertThatThrownBy(client::takeBack)
                    .isInstanceOf(SyscallException.class)
                    .hasMessageContaining("connect(" + path + ")");
        } finally {
            posix.close(waiting);
            posix.close(hanging);
        }
    }
}
