package switchd.attach;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import switchd.attach.testkit.VmSocket;
import switchd.core.HostException;
import switchd.core.SwitchdException;
import switchd.core.UsageException;
import switchd.posix.FileRights;
import switchd.posix.NativePosix;
import switchd.posix.Owner;
import switchd.posix.Posix;
import switchd.posix.PosixConstants;

class SocketPathTest {
    private static final FileRights OWN =
            new FileRights() {
                @Override
                public <T> T as(Owner owner, Work<T> work) throws SwitchdException {
                    return work.run();
                }
            };

    @TempDir Path directory;

    private final Arena arena = Arena.ofConfined();
    private final Posix posix = new NativePosix(arena);

    @AfterEach
    void free() {
        arena.close();
    }

    private SocketPath at(Path path) {
        return new SocketPath(
                posix, OWN, SocketAccess.privateTo(Owner.current(posix)), path.toString());
    }

    private int option(int fd, int option) {
        MemorySegment value = arena.allocate(JAVA_INT);
        posix.getsockopt(
                fd,
                PosixConstants.SOL_SOCKET,
                option,
                value,
                arena.allocateFrom(JAVA_INT, Integer.BYTES));
        return value.get(JAVA_INT, 0);
    }

    @Test
    void theBuffersAreWhatTheKernelSays() throws Exception {
        SocketPath path = at(directory.resolve("net.sock"));
        SocketPath.Bound bound = path.bind();
        int send = option(bound.fd().number(), PosixConstants.SO_SNDBUF);
        int receive = option(bound.fd().number(), PosixConstants.SO_RCVBUF);
        assertThat(send).isIn(bound.sendBuffer(), 2 * bound.sendBuffer());
        assertThat(receive).isIn(bound.receiveBuffer(), 2 * bound.receiveBuffer());
        if (posix.geteuid() == 0) {
            assertThat(bound.sendBuffer()).isEqualTo(SocketPath.SEND_BUFFER);
            assertThat(bound.receiveBuffer()).isEqualTo(SocketPath.RECEIVE_BUFFER);
        }
        bound.fd().close();
        path.remove();
    }

    @Test
    void theSocketIsItsOwnersAlone() throws Exception {
        Path file = directory.resolve("net.sock");
        SocketPath.Bound bound = at(file).bind();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        bound.fd().close();
    }

    @Test
    void theMaskOfTheProcessIsAsBefore() throws Exception {
        int before = posix.umask(077);
        SocketPath.Bound bound = at(directory.resolve("net.sock")).bind();
        assertThat(posix.umask(before)).isEqualTo(077);
        bound.fd().close();
    }

    @Test
    void aSocketThatNobodyListensToGivesWay() throws Exception {
        Path file = directory.resolve("net.sock");
        VmSocket.bound(file).kill();
        SocketPath path = at(file);
        SocketPath.Bound bound = path.bind();
        bound.fd().close();
        path.remove();
        assertThat(file).doesNotExist();
    }

    @Test
    void aSocketThatSomebodyListensToStays() {
        Path file = directory.resolve("net.sock");
        try (VmSocket other = VmSocket.bound(file)) {
            assertThatThrownBy(() -> at(file).bind())
                    .isInstanceOf(HostException.class)
                    .hasMessageContaining(
                            "another program listens at %s, process %d: stop it"
                                    .formatted(file, ProcessHandle.current().pid()))
                    .hasMessageContaining("--socket");
            assertThat(other.local()).exists();
        }
    }

    @Test
    void whatIsNoSocketStays() throws Exception {
        Path file = Files.writeString(directory.resolve("net.sock"), "precious");
        assertThatThrownBy(() -> at(file).bind())
                .isInstanceOf(HostException.class)
                .hasMessageContaining("is no socket");
        assertThat(file).hasContent("precious");
    }

    @Test
    void aSymlinkIsNotFollowed() throws Exception {
        Path target = Files.writeString(directory.resolve("target"), "precious");
        Path link = Files.createSymbolicLink(directory.resolve("net.sock"), target);
        assertThatThrownBy(() -> at(link).bind()).isInstanceOf(HostException.class);
        assertThat(link).isSymbolicLink();
    }

    @Test
    void thePathLeadsToTheSocketThatWasBoundLast() throws Exception {
        Path file = directory.resolve("net.sock");
        SocketPath path = at(file);
        SocketPath.Bound first = path.bind();
        SocketPath.Bound second = path.bind();
        first.fd().close();
        try (VmSocket vm = VmSocket.bound(directory.resolve("vm.sock")).connect(file)) {
            assertThat(vm.trySend((byte) 1)).isTrue();
        }
        assertThat(path.isOurs()).isTrue();
        second.fd().close();
        path.remove();
        assertThat(file).doesNotExist();
    }

    @Test
    void aFileThatTookOurPlaceStays() throws Exception {
        Path file = directory.resolve("net.sock");
        SocketPath path = at(file);
        SocketPath.Bound bound = path.bind();
        Files.delete(file);
        VmSocket.bound(file).kill();
        assertThat(path.isOurs()).isFalse();
        path.remove();
        assertThat(file).exists();
        bound.fd().close();
    }

    @Test
    void aPathThatIsTooLongIsTold() {
        assertThatThrownBy(() -> at(directory.resolve("n".repeat(110))).bind())
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("too long");
    }

    @Test
    void aDirectoryThatIsMissingIsTold() {
        assertThatThrownBy(() -> at(directory.resolve("none/net.sock")).bind())
                .isInstanceOf(HostException.class)
                .hasMessageContaining("ENOENT");
    }

    @Test
    void onlyDeadClientsFilesAreRemoved() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        Path dead = directory.resolve("dead.sock");
        VmSocket.bound(dead).kill();
        try (VmSocket alive = VmSocket.bound(directory.resolve("alive.sock"))) {
            at(directory.resolve("net.sock"))
                    .removeDead(
                            Stream.of(file, dead, alive.local(), directory.resolve("none"))
                                    .collect(
                                            Collectors.toMap(
                                                    Path::toString, _ -> Owner.current(posix))));
            assertThat(dead).doesNotExist();
            assertThat(file).exists();
            assertThat(alive.local()).exists();
        }
    }

    @Test
    void whatLiesBesideTheSocketIsKnown() {
        SocketPath path = at(Path.of("/run/switchd/vm1/net.sock"));
        assertThat(path.isBeside("/run/switchd/vm1/vfkit-1-2.sock")).isTrue();
        assertThat(path.isBeside("/run/switchd/vm1/deeper/vfkit-1-2.sock")).isFalse();
        assertThat(path.isBeside("/run/switchd/vm10/vfkit-1-2.sock")).isFalse();
        assertThat(path.isBeside("vfkit-1-2.sock")).isFalse();
        assertThat(at(Path.of("/net.sock")).directory()).isEqualTo("/");
    }
}
