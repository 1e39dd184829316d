package switchd.attach.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import switchd.attach.KeptLinks.Kept;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.posix.Fd;
import switchd.posix.NativePosix;
import switchd.posix.Posix;
import switchd.posix.PosixConstants;
import switchd.posix.UnixAddress;

/// Keepers that hang, end, or are of another version. Those that run are processes of their own.
@Timeout(60)
final class KeeperClientTest {
    private static final String ONE = "one.datagram.0-0-600-00000000";
    private static final String TWO = "two.datagram.0-0-600-00000000";

    @TempDir private Path directory;

    private final Keepers keepers = new Keepers();
    private final Arena arena = keepers.arena();
    private final Posix posix = keepers.posix();
    private final int link = keepers.link();

    @SuppressWarnings("NullAway.Init")
    KeeperClientTest() {}

    @AfterEach
    void endKeepers() {
        keepers.close();
    }

    private static void kill(ProcessHandle keeper) throws Exception {
        keeper.destroyForcibly();
        keeper.onExit().get(30, TimeUnit.SECONDS);
    }

    /// As the daemon does it again and again: it goes by the clock.
    private static void awaitAnother(KeeperClient client) throws Exception {
        while (!client.restore()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void oneThatIsKilledIsReplacedByOneThatHoldsAll() throws Exception {
        Path path = directory.resolve("keep");
        try (KeeperClient daemon = new KeeperClient(path.toString(), 60)) {
            daemon.keep(ONE, link);
            daemon.keep(TWO, link);
            daemon.keep("gone.datagram.0-0-600-00000000", link);
            assertThat(daemon.restore()).isFalse();
            kill(keepers.all().getFirst());

            daemon.forget("gone.datagram.0-0-600-00000000"); // finds it out, or starts the other
            if (keepers.all().isEmpty()) {
                awaitAnother(daemon);
            }

            assertThat(keepers.all()).hasSize(1);
            assertThat(daemon.restore()).isFalse();
        }
        assertThat(keepers.held(path)).containsExactly(ONE, TWO);
    }

    @Test
    void oneThatIsKilledWhileItHoldsNothingIsNot() throws Exception {
        Path path = directory.resolve("keep");
        try (KeeperClient daemon = new KeeperClient(path.toString(), 60)) {
            daemon.keep(ONE, link);
            daemon.forget(ONE);
            kill(keepers.all().getFirst());
            assertThat(daemon.restore()).isFalse();
            assertThat(keepers.all()).isEmpty();
        }
    }

    /// It gives what it holds, and is ended: what the next version must still understand.
    @Test
    void oneOfAnotherVersionIsReplaced() throws Exception {
        Path path = directory.resolve("keep");
        UnixAddress address = UnixAddress.of(arena, path.toString());
        int listening = posix.socket(PosixConstants.AF_UNIX, PosixConstants.SOCK_STREAM, 0);
        assertThat(posix.bind(listening, address.memory(), address.length())).isZero();
        assertThat(posix.listen(listening, 1)).isZero();
        CompletableFuture<List<Message.Verb>> told =
                CompletableFuture.supplyAsync(() -> other(listening));
        try (KeeperClient daemon = new KeeperClient(path.toString(), 60)) {
            List<Kept> kept = daemon.takeBack();
            assertThat(kept).extracting(each -> each.name().toString()).containsExactly(ONE);
            kept.forEach(each -> posix.close(each.fd()));
            assertThat(told).isNotDone(); // it holds the link until another one is to be started

            assertThat(daemon.restore()).isTrue();

            assertThat(told.get(30, TimeUnit.SECONDS)).containsExactly(Message.Verb.END);
            assertThat(keepers.all()).hasSize(1);
        } finally {
            posix.close(listening);
        }
        assertThat(keepers.held(path)).containsExactly(ONE);
    }

    /// A keeper of a later version, that says more than this one knows, and serves one daemon.
    ///
    /// @return what it is told
    private List<Message.Verb> other(int listening) {
        List<Message.Verb> told = new ArrayList<>();
        try (Arena memory = Arena.ofConfined()) {
            Posix own = new NativePosix(memory);
            int fd = own.accept(listening, MemorySegment.NULL, MemorySegment.NULL);
            try (KeeperSocket daemon = new KeeperSocket(own, new Fd(own, fd), 30)) {
                daemon.beginPatience();
                assertThat(Greeting.parse(Objects.requireNonNull(daemon.receive())))
                        .isEqualTo(Greeting.of(60));
                daemon.send(Message.of(Message.Verb.GREETING, "99 60 more"));
                daemon.send(new Message(Message.Verb.LINK, ONE, link));
                daemon.send(new Message(Message.Verb.LINK, "a name of later", link));
                daemon.send(Message.of(Message.Verb.ALL, ""));
                Message message = daemon.receive();
                while (message != null && message.verb() != Message.Verb.END) {
                    told.add(message.verb());
                    message = daemon.receive();
                }
                told.add(message == null ? Message.Verb.ALL : message.verb());
            }
            return told;
        } catch (SwitchdException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @SuppressWarnings("try") // ends early
    void oneThatWasGivenUpLeavesThePathToItsSuccessor() throws Exception {
        Path path = directory.resolve("keep");
        try (KeeperClient first = new KeeperClient(path.toString(), 2);
                KeeperClient second = new KeeperClient(path.toString(), 60);
                KeeperClient third = new KeeperClient(path.toString(), 60)) {
            first.keep(ONE, link);
            ProcessHandle hanging = keepers.all().getFirst();
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
