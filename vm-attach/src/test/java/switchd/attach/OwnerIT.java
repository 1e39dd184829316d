package switchd.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
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
    private static final int GROUP = 4_242;
    private static final int MEMBER = 4_243;

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
        return chosen(path, SocketAccess.privateTo(OWNER));
    }

    private SocketDirectory chosen(Path path, SocketAccess access) throws SwitchdException {
        return lab.ask(() ->
                SocketDirectory.chosen(
                        lab.host().posix(),
                        lab.host().fileRights(),
                        path.toString(),
                        access,
                        false));
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
                    SocketDirectory.managed(
                            lab.host().posix(),
                            lab.host().fileRights(),
                            path,
                            "vm1",
                            SocketAccess.privateTo(OWNER))) {
                assertPrivate(base.resolve("vm1"), "rwx------");
                assertThat(Files.getAttribute(base, "unix:uid")).isEqualTo(0);
            }
            return true;
        });
        assertThat(base).doesNotExist();
    }

    @Test
    void rootsClientIsReachedWithRootsRights() throws Exception {
        lab.listenAs(OWNER);
        try (VmSocket vm = VmSocket.bound(home.resolve("roots.sock")).connect(server)) {
            chmod(vm.local(), "rwx------");
            vm.send(Frames.frame(Frames.BROADCAST, Frames.mac(1), 1));
            lab.awaitAttached(1);
            assertThat(lab.ask(() -> lab.port().peer()).pid())
                    .isEqualTo((int) ProcessHandle.current().pid());
        }
    }

    @Test
    void aClientThatTheOwnerMayNotWriteToIsRefused() throws Exception {
        lab.listenAs(OWNER);
        try (VmSocket roots = VmSocket.bound(home.resolve("roots.sock"))) {
            chmod(roots.local(), "rwxr-xr-x");
            // The owner says that he is somebody whom he could not reach himself.
            try (UserVm vm =
                    UserVm.start(OWNER.uid(), OWNER.gid(), home.resolve("vm.sock"), server)) {
                vm.bindConnectAndWait();
                lab.ask(() -> {
                    vm.sendAndMove(roots.local());
                    return true;
                });
                lab.awaitEvents(PortEvent.Refused.class, 1);
                assertThat(lab.events().getFirst().text()).contains("EACCES").contains("--owner");
            }
        }
        try (VmSocket vm = vm("vm.sock")) {
            vm.send(Frames.frame(Frames.BROADCAST, Frames.mac(1), 1));
            lab.awaitAttached(1);
        }
    }

    @Test
    void anyMemberOfTheGroupAttachesAndNobodyElse() throws Exception {
        lab.listenFor(new SocketAccess(new Owner(OWNER.uid(), GROUP), SocketAccess.GROUP_TOO));
        Files.setAttribute(home, "unix:gid", GROUP);
        chmod(home, "rwxrwx---");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(server)))
                .isEqualTo("rw-rw----");
        assertThat(Files.getAttribute(server, "unix:gid")).isEqualTo(GROUP);
        try (UserVm vm = UserVm.start(MEMBER, GROUP, home.resolve("member.sock"), server)) {
            vm.bindConnectAndWait();
            vm.send();
            lab.awaitAttached(1);
            assertThat(lab.ask(() -> lab.port().peer()).pid()).isEqualTo((int) vm.pid());
            lab.awaitFrames(1);
            lab.toVm(Frames.frame(Frames.BROADCAST, Frames.mac(1), 2));
            assertThat(vm.receivedLength()).isEqualTo(60);
        }
        lab.awaitDetached(1);
        try (UserVm stranger = UserVm.start(MEMBER, MEMBER, root.resolve("s.sock"), server)) {
            assertThat(stranger.failure()).contains("Permission denied");
        }
        assertThat(lab.events(PortEvent.Attached.class)).hasSize(1);
        lab.closeAccept();
        assertThat(home).isEmptyDirectory();
    }

    @Test
    void aMemberOfTheGroupLeadsNobodyToWhereHeCouldNotGo() throws Exception {
        lab.listenFor(new SocketAccess(new Owner(OWNER.uid(), GROUP), SocketAccess.GROUP_TOO));
        Files.setAttribute(home, "unix:gid", GROUP);
        chmod(home, "rwxrwx---");
        try (VmSocket owners = VmSocket.bound(home.resolve("owners.sock"))) {
            give(owners.local());
            chmod(owners.local(), "rw-------");
            try (UserVm vm = UserVm.start(MEMBER, GROUP, home.resolve("vm.sock"), server)) {
                vm.bindConnectAndWait();
                lab.ask(() -> {
                    vm.sendAndMove(owners.local());
                    return true;
                });
                lab.awaitEvents(PortEvent.Refused.class, 1);
                assertThat(lab.events().getFirst().text()).contains("EACCES");
                assertThat(owners.receive(Duration.ofMillis(1))).isEmpty();
            }
        }
    }

    @Test
    void aSharedDirectoryLetsMembersPutTheirsBesideOursAndTakeNothingAway() throws Exception {
        Path base = root.resolve("run");
        SocketAccess shared =
                new SocketAccess(new Owner(OWNER.uid(), GROUP), SocketAccess.GROUP_TOO);
        lab.ask(() -> {
            String path = base.toString();
            try (SocketDirectory _ =
                    SocketDirectory.managed(
                            lab.host().posix(), lab.host().fileRights(), path, "vm1", shared)) {
                Path made = base.resolve("vm1");
                assertThat(Files.getAttribute(made, "unix:mode")).isEqualTo(040000 | 01770);
                assertThat(Files.getAttribute(made, "unix:uid")).isEqualTo(OWNER.uid());
                assertThat(Files.getAttribute(made, "unix:gid")).isEqualTo(GROUP);
            }
            return true;
        });
        assertThat(base).doesNotExist();
    }

    @Test
    void aDirectoryThatGivesItsOwnGroupIsTold() throws Exception {
        Files.setAttribute(home, "unix:gid", MEMBER);
        Files.setAttribute(home, "unix:mode", 040000 | 02770);
        assertThatThrownBy(() ->
                        lab.listenFor(
                                new SocketAccess(
                                        new Owner(OWNER.uid(), GROUP), SocketAccess.GROUP_TOO)))
                .hasMessageContaining("chgrp " + GROUP + " " + home);
        assertThat(home).isEmptyDirectory();
    }

    @Test
    void aLinkInAClientsPlaceIsFollowedWithTheOwnersRightsOnly() throws Exception {
        lab.listenAs(OWNER);
        try (VmSocket secret = VmSocket.bound(root.resolve("roots.sock"));
                UserVm vm =
                        UserVm.start(OWNER.uid(), OWNER.gid(), home.resolve("vm.sock"), server)) {
            chmod(secret.local(), "rw-------");
            vm.bindConnectAndWait();
            lab.ask(() -> {
                vm.send();
                Files.delete(home.resolve("vm.sock"));
                return Files.createSymbolicLink(home.resolve("vm.sock"), secret.local());
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
    void nothingIsGivenAwayWhereSomebodyElseChoseThePlace() throws Exception {
        Path path = root.resolve("sockets");
        assertThatThrownBy(() ->
                        lab.ask(() ->
                                SocketDirectory.chosen(
                                        lab.host().posix(),
                                        lab.host().fileRights(),
                                        path.toString(),
                                        SocketAccess.privateTo(OWNER),
                                        true)))
                .isInstanceOf(PermissionException.class)
                .hasMessageContaining("install -d -o 65534");
        assertThat(path).doesNotExist();
    }

    @Test
    void rootsPortIsNotLedByLinksOfOthers() throws Exception {
        Path roots = Files.createDirectory(root.resolve("roots"));
        Path link = Files.createSymbolicLink(home.resolve("link"), roots);
        give(link);
        Path own = Files.createSymbolicLink(root.resolve("own"), roots);
        Path way = Files.createSymbolicLink(roots.resolve("way"), Path.of("../home/link"));
        SocketAccess access = SocketAccess.privateTo(new Owner(0, 0));
        for (Path place : List.of(link, link.resolve("new"), way, way.resolve("new"))) {
            assertThatThrownBy(() -> chosen(place, access))
                    .as(place.toString())
                    .isInstanceOf(PermissionException.class)
                    .hasMessageContaining("lead root elsewhere by " + place)
                    .hasMessageContaining("--owner");
        }
        assertThat(roots.toFile().list()).containsExactly("way");
        SocketDirectory directory = chosen(own.resolve("new"), access);
        assertThat(roots.resolve("new")).isDirectory();
        lab.ask(() -> {
            directory.close();
            return true;
        });
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
