package switchd.daemon.keep;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import switchd.attach.KeptLinks;
import switchd.attach.keeper.KeeperClient;
import switchd.core.Errno;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.daemon.lab.Await;
import switchd.daemon.service.Supervisor;
import switchd.posix.NativePosix;
import switchd.posix.Posix;
import switchd.posix.PosixConstants;

/// A daemon that keeps nothing, after one that did; and stores that fail.
@Timeout(60)
final class LinkKeepingTest {
    private static final String LINK = "one.datagram.0-0-600-00000000";
    private static final Duration END = Duration.ofSeconds(30);

    @TempDir private Path directory;

    private final Arena arena = Arena.ofConfined();
    private final Posix posix = new NativePosix(arena);

    @SuppressWarnings("NullAway.Init")
    LinkKeepingTest() {}

    @AfterEach
    void free() {
        arena.close();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(ints = 0)
    void itGoesOnWithTheLinksAndTheKeeperEnds(@Nullable Integer seconds) throws Exception {
        Path control = directory.resolve("control.sock");
        Path keeper = directory.resolve("control.sock.keep");
        int link = posix.socket(PosixConstants.AF_UNIX, PosixConstants.SOCK_DGRAM, 0);
        try (KeeperClient before = new KeeperClient(keeper.toString(), 60)) {
            before.keep(LINK, link);
        }
        List<ProcessHandle> holding = ProcessHandle.current().children().toList();
        assertThat(holding).isNotEmpty();
        try (Supervisor manager = Supervisor.open();
                LinkKeeping keeping = LinkKeeping.open(manager, control, seconds, () -> {})) {
            KeptLinks links = keeping.takeBack();
            List<KeptLinks.Kept> taken = links.take("one");
            assertThat(taken).hasSize(1);
            taken.forEach(kept -> posix.close(kept.fd()));
            assertThat(keeping.isOn()).isFalse();
            Await.until("the keeper's end", END, () -> !Files.exists(keeper));
            Await.until(
                    "its process's end",
                    END,
                    () -> holding.stream().noneMatch(ProcessHandle::isAlive));
        } finally {
            holding.forEach(ProcessHandle::destroyForcibly);
            posix.close(link);
        }
    }

    /// A store that takes what it is told only while it listens.
    private static final class Listener implements Store {
        private final boolean takesLater;
        private final List<String> told = new ArrayList<>();
        private boolean listens;

        Listener(boolean takesLater) {
            this.takesLater = takesLater;
        }

        private void take(String what) throws SwitchdException {
            if (!listens) {
                throw new SyscallException("sendmsg(store)", Errno.EAGAIN.number());
            }
            told.add(what);
        }

        @Override
        public List<KeptLinks.Kept> takeBack() {
            return List.of();
        }

        @Override
        public void keep(String name, int descriptor) throws SwitchdException {
            take("+" + name);
        }

        @Override
        public void forget(String name) throws SwitchdException {
            take("-" + name);
        }

        @Override
        public boolean takesLater() {
            return takesLater;
        }

        @Override
        public void restore() {
            // There is nothing to do.
        }

        @Override
        public void dismiss() throws SwitchdException {
            take("!");
        }

        @Override
        public void close() {
            // There is nothing to do.
        }
    }

    private int copy() {
        return posix.socket(PosixConstants.AF_UNIX, PosixConstants.SOCK_DGRAM, 0);
    }

    private boolean isOpen(int fd) {
        return posix.fcntl(fd, PosixConstants.F_GETFL, 0) >= 0;
    }

    @Test
    void whatAManagerDoesNotTakeIsToldAgain() {
        Listener manager = new Listener(true);
        int one = copy();
        try (LinkKeeping keeping = new LinkKeeping(manager, null, () -> {})) {
            assertThat(keeping.keep("one", one)).isTrue();
            keeping.forget("two");
            keeping.serve();
            assertThat(manager.told).isEmpty();
            assertThat(isOpen(one)).isTrue();
            assertThat(keeping.pauseMillis()).isLessThan(10_000);

            manager.listens = true;
            keeping.serve();
            assertThat(manager.told).containsExactly("+one", "-two");
            assertThat(isOpen(one)).isFalse();
            assertThat(keeping.pauseMillis()).isEqualTo(Long.MAX_VALUE);
        }
    }

    @Test
    void whatAKeeperRemembersIsToldOnce() {
        Listener keeper = new Listener(false);
        int one = copy();
        try (LinkKeeping keeping = new LinkKeeping(keeper, null, () -> {})) {
            assertThat(keeping.keep("one", one)).isTrue();
            keeping.serve();
            assertThat(isOpen(one)).isFalse();
            keeper.listens = true;
            keeping.serve();
            assertThat(keeper.told).isEmpty();
        }
    }

    @Test
    void whereThereIsNoneNothingIsTaken() throws Exception {
        Path control = directory.resolve("control.sock");
        try (Supervisor manager = Supervisor.open();
                LinkKeeping keeping = LinkKeeping.open(manager, control, null, () -> {})) {
            assertThat(keeping.takeBack().take("one")).isEmpty();
            assertThat(directory).isEmptyDirectory();
        }
    }
}
