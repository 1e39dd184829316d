package switchd.daemon.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import switchd.daemon.lab.Frames;
import switchd.daemon.lab.Lab;
import switchd.daemon.lab.NeedsLab;
import switchd.daemon.lab.VmClient;

/// What a user without root can do, and what he is told of the rest.
@NeedsLab("setpriv")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
final class UnprivilegedIT {
    private static final String MAC = "02:00:00:00:0e:01";
    private static final String OTHER = "02:00:00:00:0e:02";
    private static final String NOBODY = "nobody";
    private static final List<String> AS_NOBODY =
            List.of("setpriv", "--reuid", NOBODY, "--regid", "65534", "--clear-groups");

    private final Lab lab = Lab.bridged();

    @AfterAll
    void removeLab() {
        lab.close();
    }

    /// A VM that runs as `nobody`, as far as files show.
    private static VmClient nobodysClient(Path socket, String name) throws IOException {
        VmClient vm = VmClient.connected(socket, socket.resolveSibling(name));
        Files.setOwner(
                vm.local(),
                vm.local()
                        .getFileSystem()
                        .getUserPrincipalLookupService()
                        .lookupPrincipalByName(NOBODY));
        return vm;
    }

    @Test
    void withoutRootVmsReachEachOther() throws Exception {
        Path home = home();
        String one = home + "/one/net.sock";
        String two = home + "/two/net.sock";
        try (DaemonProcess daemon =
                DaemonProcess.startBy(
                        lab,
                        AS_NOBODY,
                        readableImage(),
                        "--isolated",
                        "--name",
                        "one",
                        "--socket",
                        one,
                        "--name",
                        "two",
                        "--socket",
                        two)) {
            try (VmClient vm = nobodysClient(Path.of(one), "vm.sock");
                    VmClient other = nobodysClient(Path.of(two), "vm.sock")) {
                other.send(Frames.sized(Frames.BROADCAST, OTHER, 60));
                daemon.awaitLog("INFO two: VM attached");
                byte[] question = Frames.arpRequest(MAC, "10.1.1.1", "10.1.1.2");
                vm.send(question);
                other.await(question);
                byte[] answer = Frames.arpReply(OTHER, "10.1.1.2", MAC, "10.1.1.1");
                other.send(answer);
                vm.await(answer);
            }
            assertThat(daemon.status().ports())
                    .allMatch(port -> port.uplink().isEmpty() && port.mtu() == 1500)
                    .allMatch(port -> port.network().equals("isolated"));
            daemon.stop();
        }
        assertThat(home.resolve("one")).doesNotExist();
    }

    @Test
    void withoutRootABridgeIsNotPermitted() throws Exception {
        DaemonProcess.Ended ended =
                DaemonProcess.runBy(
                        lab,
                        AS_NOBODY,
                        readableImage(),
                        "--bridge",
                        Lab.BRIDGE,
                        "--socket",
                        home() + "/net.sock");

        assertThat(ended.status()).as(ended.err()).isEqualTo(77);
        assertThat(ended.err()).startsWith("switchd: ").contains("sudo").hasLineCount(1);
        assertThat(ended.out()).isEmpty();
    }

    @Test
    void withoutRootANicIsNotPermitted() throws Exception {
        DaemonProcess.Ended ended =
                DaemonProcess.runBy(
                        lab,
                        AS_NOBODY,
                        readableImage(),
                        "--interface",
                        "lan0",
                        "--socket",
                        home() + "/net.sock");

        assertThat(ended.status()).as(ended.err()).isEqualTo(77);
        assertThat(ended.err()).startsWith("switchd: ").contains("sudo").hasLineCount(1);
    }

    @Test
    void withoutRootTheUsualPlaceMustBeKnown() throws Exception {
        DaemonProcess.Ended ended =
                DaemonProcess.runBy(lab, AS_NOBODY, readableImage(), "--isolated");

        assertThat(ended.status()).as(ended.err()).isEqualTo(64);
        assertThat(ended.err()).contains("--socket", "XDG_RUNTIME_DIR").hasLineCount(1);
    }

    @Test
    void withoutRootNobodyElseGetsTheSockets() throws Exception {
        DaemonProcess.Ended ended =
                DaemonProcess.runBy(
                        lab,
                        AS_NOBODY,
                        readableImage(),
                        "--isolated",
                        "--owner",
                        "root",
                        "--socket",
                        home() + "/net.sock");

        assertThat(ended.status()).as(ended.err()).isEqualTo(64);
        assertThat(ended.err()).contains("--owner", "sudo").hasLineCount(1);
    }

    @Test
    void withoutRootSocketsGoOnlyWhereTheUserMayWrite() throws Exception {
        Files.createDirectories(lab.workspace().file("roots"));
        home();
        DaemonProcess.Ended ended =
                DaemonProcess.runBy(
                        lab,
                        AS_NOBODY,
                        readableImage(),
                        "--isolated",
                        "--socket",
                        lab.workspace().file("roots/net.sock").toString());

        assertThat(ended.status()).as(ended.err()).isEqualTo(77);
        assertThat(ended.err()).contains("--socket").hasLineCount(1);
    }

    @Test
    void withoutRootTheSelftestIsNotPermitted() throws Exception {
        DaemonProcess.Ended ended =
                DaemonProcess.runBy(lab, AS_NOBODY, readableImage(), "selftest", "--json");

        assertThat(ended.status()).as(ended.err()).isEqualTo(77);
        assertThat(ended.err()).startsWith("switchd: ").contains("sudo").hasLineCount(1);
        assertThat(ended.out()).isEmpty();
    }

    /// A directory that belongs to `nobody`.
    private Path home() throws IOException {
        Files.setPosixFilePermissions(
                lab.workspace().path(), PosixFilePermissions.fromString("rwx--x--x"));
        Path home = lab.workspace().file("home");
        if (!Files.exists(home)) {
            Files.createDirectory(home);
            lab.host().run("chown", NOBODY, home.toString());
        }
        return home;
    }

    /// The image where `nobody` can read it: a checkout may be in a private place.
    private Path readableImage() throws IOException {
        home();
        Path copy = lab.workspace().file("lib");
        if (!Files.exists(copy)) {
            lab.host().run("cp", "-r", DaemonProcess.image().toString(), copy.toString());
            lab.host().run("chmod", "-R", "a+rX", copy.toString());
        }
        return copy;
    }

    @Test
    void theOwnerGetsSocketAndDirectoryForHimselfAlone() throws Exception {
        Files.setPosixFilePermissions(
                lab.workspace().path(), PosixFilePermissions.fromString("rwx--x--x"));
        try (DaemonProcess daemon =
                DaemonProcess.start(
                        lab,
                        "--bridge",
                        Lab.BRIDGE,
                        "--owner",
                        NOBODY,
                        "--socket",
                        lab.workspace().file("owned/net.sock").toString())) {
            Access.check(daemon.socket("vm0"), "rw-------", NOBODY);
            Access.check(daemon.directory("vm0"), "rwx------", NOBODY);
            try (VmClient vm = nobodysClient(daemon.socket("vm0"), "vm.sock")) {
                vm.send(Frames.arpRequest(MAC, "10.77.0.60", Lab.LAN_ADDRESS));
                vm.await("an ARP reply", frame -> Frames.isArpReply(frame, Lab.LAN_ADDRESS));
            }
            daemon.stop();
        }
        assertThat(lab.workspace().file("owned")).doesNotExist();
    }
}
