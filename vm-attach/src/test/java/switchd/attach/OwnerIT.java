package switchd.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import switchd.attach.testkit.VmSocket;
import switchd.core.PermissionException;
import switchd.core.PortEvent;
import switchd.core.SwitchdException;
import switchd.core.testkit.Frames;
import switchd.posix.Owner;
import switchd.posix.testkit.NeedsRoot;

/// Root listens for the VMs of another user.
@NeedsRoot
class OwnerIT {
    private static final Owner OWNER = new Owner(65_534, 65_534);

    @TempDir Path root;

    private AttachLab lab;
    private Path home;
    private Path server;

    @BeforeEach
    void home() throws IOException {
        chmod(root, "rwxr-xr-x");
        home = Files.createDirectory(root.resolve("home"));
        chmod(home, "rwx------");
        give(home);
        server = home.resolve("net.sock");
        lab = AttachLab.start(server, AttachLab.Io.BATCHES, UnaryOperator.identity());
    }

    @AfterEach
    void close() {
        lab.close();
    }

    private static void give(Path path) throws IOException {
        Files.setAttribute(path, "unix:uid", OWNER.uid(), LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(path, "unix:gid", OWNER.gid(), LinkOption.NOFOLLOW_LINKS);
    }

    private static void chmod(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    private static void assertPrivate(Path path, String mode) throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo(mode);
        assertThat(Files.getAttribute(path, "unix:uid")).isEqualTo(OWNER.uid());
        assertThat(Files.getAttribute(path, "unix:gid")).isEqualTo(OWNER.gid());
    }

    private VmSocket vm(String name) throws IOException {
        VmSocket vm = VmSocket.bound(home.resolve(name));
        give(vm.local());
        return vm.connect(server);
    }

    private SocketDirectory chosen(Path path) throws SwitchdException {
        return lab.ask(() ->
                SocketDirectory.chosen(
                        lab.host().posix(), lab.host().fileRights(), path.toString(), OWNER));
    }

    @Test
    void theSocketIsItsOwnersAndHisVmAttaches() throws Exception {
        lab.listenAs(OWNER);
        assertPrivate(server, "rw-------");
        try (VmSocket vm = vm("vm.sock")) {
            vm.send(Frames.frame(Frames.BROADCAST, Frames.mac(1), 1));
            lab.awaitFrames(1);
            assertPrivate(server, "rw-------");
            lab.toVm(Frames.frame(Frames.BROADCAST, Frames.mac(1), 2));
            assertThat(Frames.number(vm.receive())).isEqualTo(2);
            vm.kill();
            lab.awaitDetached(1);
        }
        lab.closeAccept();
        assertThat(home).isEmptyDirectory();
        assertPrivate(home, "rwx------");
    }

    @Test
    void smallBuffersAreNoMatterForRoot() throws Exception {
        lab.listenAs(OWNER);
        assertThat(lab.events()).isEmpty();
    }

    @Test
    void theDirectoryIsItsOwnersAndItsBaseIsOurs() throws Exception {
        Path base = root.resolve("run");
        lab.ask(() -> {
            String path = base.toString();
            try (SocketDirectory _ =
                    SocketDirectory.managed(lab.host().posix(), path, "vm1", OWNER)) {
                assertPrivate(base.resolve("vm1"), "rwx------");
                assertThat(Files.getAttribute(base, "unix:uid")).isEqualTo(0);
            }
            return true;
        });
        assertThat(base).doesNotExist();
    }

    @Test
    void aClientThatTheOwnerMayNotWriteToIsRefused() throws Exception {
        lab.listenAs(OWNER);
        try (VmSocket vm = VmSocket.bound(home.resolve("roots.sock")).connect(server)) {
            chmod(vm.local(), "rwxr-xr-x");
            vm.send(Frames.frame(Frames.BROADCAST, Frames.mac(1), 1));
            lab.awaitEvents(PortEvent.Refused.class, 1);
            assertThat(lab.events().getFirst().text()).contains("EACCES").contains("--owner");
        }
        try (VmSocket vm = vm("vm.sock")) {
            vm.send(Frames.frame(Frames.BROADCAST, Frames.mac(1), 1));
            lab.awaitAttached(1);
        }
    }

    @Test
    void aLinkInAClientsPlaceIsFollowedWithTheOwnersRightsOnly() throws Exception {
        lab.listenAs(OWNER);
        try (VmSocket secret = VmSocket.bound(root.resolve("roots.sock"));
                VmSocket vm = vm("vm.sock")) {
            chmod(secret.local(), "rw-------");
            lab.ask(() -> {
                vm.send(Frames.frame(Frames.BROADCAST, Frames.mac(1), 1));
                Files.delete(vm.local());
                return Files.createSymbolicLink(vm.local(), secret.local());
            });
            lab.awaitEvents(PortEvent.Refused.class, 1);
            assertThat(lab.events().getFirst().text()).contains("EACCES");
        }
    }

    @Test
    void aPlaceWhereTheOwnerMayMakeNoSocketIsTold() throws Exception {
        chmod(home, "rwx------");
        Files.setAttribute(home, "unix:uid", 0);
        assertThatThrownBy(() -> lab.listenAs(OWNER)).isInstanceOf(SwitchdException.class);
        chmod(home, "rwxr-xr-x");
        assertThatThrownBy(() -> lab.listenAs(OWNER))
                .isInstanceOf(PermissionException.class)
                .hasMessageContaining("--owner");
        assertThat(home).isEmptyDirectory();
    }

    @Test
    void aSocketLeftByAnotherUserIsTold() throws Exception {
        VmSocket.bound(server).kill();
        chmod(server, "rw-------");
        assertThatThrownBy(() -> lab.listenAs(OWNER))
                .hasMessageContaining("belongs to another user");
    }

    @Test
    void aChosenDirectoryIsMadeWithItsOwnersRights() throws Exception {
        Path path = home.resolve("sockets");
        SocketDirectory directory = chosen(path);
        assertPrivate(path, "rwx------");
        lab.ask(() -> {
            directory.close();
            return true;
        });
        assertThat(path).doesNotExist();
    }

    @Test
    void aChosenDirectoryIsGivenToItsOwnerWhereNobodyElseCanInterfere() throws Exception {
        Path path = root.resolve("sockets");
        SocketDirectory directory = chosen(path);
        assertPrivate(path, "rwx------");
        lab.ask(() -> {
            directory.close();
            return true;
        });
        assertThat(path).doesNotExist();
    }

    @Test
    void nothingIsGivenAwayInAPlaceThatTheOwnerCouldExchange() throws Exception {
        Path roots = Files.createDirectory(home.resolve("roots"));
        chmod(roots, "rwxr-xr-x");
        assertThatThrownBy(() -> chosen(roots.resolve("sockets")))
                .isInstanceOf(PermissionException.class)
                .hasMessageContaining("install -d -o 65534");
        assertThat(roots).isEmptyDirectory();
    }
}
