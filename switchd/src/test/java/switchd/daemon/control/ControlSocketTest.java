package switchd.daemon.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.newsclub.net.unix.AFUNIXServerSocketChannel;
import org.newsclub.net.unix.AFUNIXSocketAddress;
import org.newsclub.net.unix.FileDescriptorCast;
import switchd.core.HostException;
import switchd.core.SwitchdException;
import switchd.core.UsageException;
import switchd.daemon.lab.Workspace;
import switchd.posix.testkit.NeedsRoot;

/// How the control socket comes to be, and what it gives way to.
@NeedsRoot
@Timeout(60)
final class ControlSocketTest {
    private final Workspace workspace = Workspace.create();
    private final Path path = workspace.file("control.sock");

    @AfterEach
    void delete() {
        workspace.close();
    }

    private static ControlSocket open(Path path, @Nullable String group, @Nullable Integer mode)
            throws SwitchdException {
        return ControlSocket.open(new ControlSpec(path, null, group, mode), 0);
    }

    private static Map<String, Object> status(Path path) throws IOException {
        return Files.readAttributes(path, "unix:mode,uid,gid", LinkOption.NOFOLLOW_LINKS);
    }

    private static int permissions(Path path) throws IOException {
        return ControlDirectory.number(status(path), "mode") & 07777;
    }

    @Test
    void withoutAGroupItIsForRootAlone() throws Exception {
        try (ControlSocket socket = open(path, null, null)) {
            assertThat(socket.group()).isNull();
            assertThat(permissions(path)).isEqualTo(0600);
            assertThat(left()).containsExactly("control.sock");
        }
        assertThat(left()).isEmpty();
    }

    @Test
    void withAGroupItIsTheGroups() throws Exception {
        try (ControlSocket socket = open(path, "nogroup", null)) {
            assertThat(permissions(path)).isEqualTo(0660);
            assertThat(socket.group()).isEqualTo(ControlDirectory.number(status(path), "gid"));
            assertThat(socket.group()).isNotZero();
        }
    }

    @Test
    void theModeCanBeChosen() throws Exception {
        try (ControlSocket _ = open(path, null, 0666)) {
            assertThat(permissions(path)).isEqualTo(0666);
        }
    }

    @Test
    void anUnknownGroupIsWrongUsage() {
        assertThatThrownBy(() -> open(path, "no-such-group", null))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("no-such-group");
        assertThat(left()).isEmpty();
    }

    @Test
    void aLivingDaemonKeepsItsSocketAndIsNamed() throws Exception {
        try (ControlSocket first = open(path, null, null)) {
            assertThatThrownBy(() -> open(path, null, null))
                    .isInstanceOf(HostException.class)
                    .hasMessageContaining("pid " + ProcessHandle.current().pid());
            assertThat(left()).containsExactly("control.sock");
            assertThat(first.channel().isOpen()).isTrue();
        }
        assertThat(left()).isEmpty();
    }

    @Test
    void whatADeadDaemonHasLeftGivesWay() throws Exception {
        leaveBehind(path);
        leaveBehind(Files.createDirectory(workspace.file(".ctl")).resolve("s"));
        try (ControlSocket _ = open(path, null, null)) {
            assertThat(Listener.at(path))
                    .isEqualTo(new Listener.Somebody(ProcessHandle.current().pid()));
            assertThat(left()).containsExactly("control.sock");
        }
    }

    private static void leaveBehind(Path socket) throws IOException {
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(socket));
        }
        assertThat(Listener.at(socket)).isInstanceOf(Listener.Nobody.class);
    }

    @Test
    void aFileIsLeftAsItIs() throws Exception {
        Files.writeString(path, "precious");
        assertThatThrownBy(() -> open(path, null, null))
                .isInstanceOf(HostException.class)
                .hasMessageContaining("no socket");
        assertThat(path).hasContent("precious");
    }

    @Test
    void aLinkIsNotFollowed() throws Exception {
        Files.createSymbolicLink(path, workspace.file("elsewhere"));
        assertThatThrownBy(() -> open(path, null, null)).isInstanceOf(HostException.class);
    }

    @Test
    void whereOthersMayWriteItIsNotPut() throws Exception {
        Path open = Files.createDirectory(workspace.file("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path below = Files.createDirectory(open.resolve("below"));

        for (Path directory : new Path[] {open, below}) {
            assertThatThrownBy(() -> open(directory.resolve("control.sock"), null, null))
                    .isInstanceOf(HostException.class)
                    .hasMessageContaining(open.toString())
                    .hasMessageContaining("writable by nobody else");
            assertThat(directory.resolve("control.sock")).doesNotExist();
        }
    }

    @Test
    void whatIsRefusedIsNeitherMadeNorChangedNorRemoved() throws Exception {
        Path open = Files.createDirectory(workspace.file("open"));
        Files.setAttribute(open, "unix:mode", 0777);
        Path his = Files.createDirectory(workspace.file("his"));
        Path named = Files.createDirectory(his.resolve("switchd"));
        Files.setAttribute(named, "unix:mode", 0700);
        Files.setAttribute(his, "unix:uid", 65534);

        for (Path directory : new Path[] {open.resolve("new"), his.resolve("new"), named}) {
            assertThatThrownBy(() -> open(directory.resolve("control.sock"), null, null))
                    .isInstanceOf(HostException.class)
                    .hasMessageContaining("must belong to root");
        }
        assertThat(open).isEmptyDirectory();
        try (Stream<Path> inside = Files.list(his)) {
            assertThat(inside).containsExactly(named);
        }
        assertThat(permissions(named)).isEqualTo(0700);
    }

    @Test
    void aLinkIsFollowedWhereNobodyElseCouldTurnIt() throws Exception {
        Path real = Files.createDirectory(workspace.file("real"));
        Path link = Files.createSymbolicLink(workspace.file("way"), Path.of("real"));
        try (ControlSocket _ = open(link.resolve("control.sock"), null, null)) {
            assertThat(real.resolve("control.sock")).exists();
        }
        Path open = Files.createDirectory(workspace.file("open"));
        Files.setAttribute(open, "unix:mode", 01777);
        Path trap = Files.createSymbolicLink(open.resolve("trap"), real);
        Files.setAttribute(trap, "unix:uid", 65534, LinkOption.NOFOLLOW_LINKS);
        Path over = Files.createSymbolicLink(workspace.file("over"), trap);

        for (Path way : new Path[] {trap, over, trap.resolve("new"), over.resolve("new")}) {
            assertThatThrownBy(() -> open(way.resolve("control.sock"), null, null))
                    .isInstanceOf(HostException.class)
                    .hasMessageContaining(trap + " must belong to root");
        }
        assertThat(real).isEmptyDirectory();
    }

    @Test
    void linksThatLeadInCirclesLeadNowhere() throws Exception {
        Path circle = workspace.file("circle");
        Files.createSymbolicLink(circle, circle);
        assertThatThrownBy(() -> open(circle.resolve("control.sock"), null, null))
                .isInstanceOf(HostException.class)
                .hasMessageContaining("give another --control");
    }

    @Test
    void inSomebodyElsesDirectoryItIsNotPut() throws Exception {
        Path his = Files.createDirectory(workspace.file("his"));
        Files.setAttribute(his, "unix:uid", 65534);
        assertThatThrownBy(() -> open(his.resolve("control.sock"), null, null))
                .isInstanceOf(HostException.class)
                .hasMessageContaining("must belong to root");
    }

    @Test
    void itsDirectoryIsMadeAndRemoved() throws Exception {
        Path below = workspace.file("made").resolve("control.sock");
        try (ControlSocket _ = open(below, null, null)) {
            assertThat(permissions(workspace.file("made"))).isEqualTo(0755);
        }
        assertThat(left()).isEmpty();
    }

    @Test
    void theSocketOfASuccessorIsNotRemoved() throws Exception {
        ControlSocket first = open(path, null, null);
        Files.delete(path);
        try (ControlSocket _ = open(path, null, null)) {
            first.close();
            assertThat(path).exists();
        }
    }

    @Test
    void aListeningDescriptorIsTakenOver() throws Exception {
        try (AFUNIXServerSocketChannel made = AFUNIXServerSocketChannel.open()) {
            made.bind(AFUNIXSocketAddress.of(path));
            int number = FileDescriptorCast.using(made.getFileDescriptor()).as(Integer.class);
            ControlSpec spec = new ControlSpec(path, number, null, null);
            Methods none = new Methods(List.of(), _ -> false);
            try (ControlServer _ =
                            ControlServer.start(ControlSocket.open(spec), none, System::nanoTime);
                    RawClient client = new RawClient(path)) {
                assertThat(client.call(1, "x").receive().has("error")).isTrue();
            }
            assertThat(path).exists(); // it is the service manager's
        }
    }

    private List<String> left() {
        try (Stream<Path> files = Files.list(workspace.path())) {
            return files.map(file -> String.valueOf(file.getFileName())).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
