package switchd.daemon.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import switchd.daemon.Status;
import switchd.daemon.lab.Await;
import switchd.daemon.lab.Capture;
import switchd.daemon.lab.Frames;
import switchd.daemon.lab.Job;
import switchd.daemon.lab.Lab;
import switchd.daemon.lab.NeedsLab;
import switchd.daemon.lab.VmClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What the command promises to those who start it: what it prints and where, what it leaves, and
/// how it fails.
@NeedsLab("setpriv")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
final class CommandIT {
    private static final String MAC = "02:00:00:00:0e:01";
    private static final String OTHER = "02:00:00:00:0e:02";
    private static final String NOBODY = "nobody";
    private static final List<String> AS_NOBODY =
            List.of("setpriv", "--reuid", NOBODY, "--regid", "65534", "--clear-groups");
    private static final Pattern LOG_LINE =
            Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\S+ (INFO|WARNING) \\S+: .*");

    private final Lab lab = Lab.bridged();

    @BeforeAll
    void addUnfitInterfaces() {
        lab.host().run("ip link add br9 type bridge".split(" "));
        lab.host().run("ip link add br8 mtu 9000 type bridge".split(" "));
        lab.host().run("ip link set br8 up".split(" "));
        lab.host().run("ip link add nic9 type veth peer name nic8".split(" "));
    }

    @AfterAll
    void removeLab() {
        lab.close();
    }

    private Path socket(String directory) {
        return lab.workspace().file(directory + "/net.sock");
    }

    private DaemonProcess bridged(String... options) {
        List<String> all = new ArrayList<>(List.of("--bridge", Lab.BRIDGE));
        all.addAll(List.of(options));
        return DaemonProcess.start(lab, all.toArray(String[]::new));
    }

    /// The interfaces in the host namespace, by name.
    private List<String> interfaces() {
        return lab.host()
                .run("ip", "-o", "link")
                .lines()
                .map(line -> line.split("[:@] ?", 3)[1])
                .toList();
    }

    @Test
    void oneLineOfJsonSaysWhatIsUp() {
        String socket = socket("json").toString();
        try (DaemonProcess daemon = bridged("--name", "web", "--mac", MAC, "--socket", socket)) {
            assertThat(daemon.out()).endsWith("}\n").hasLineCount(1);
            JsonNode status = JsonMapper.shared().readTree(daemon.out());
            assertThat(status.propertyNames()).containsExactly("version", "ports");
            assertThat(status.path("version").asString()).matches("\\d+\\.\\d+\\.\\d+(-SNAPSHOT)?");
            assertThat(status.path("ports").size()).isOne();
            JsonNode port = status.path("ports").path(0);
            assertThat(port.propertyNames())
                    .containsExactly("name", "socket", "network", "kind", "uplink", "mtu", "mac");
            assertThat(port.path("name").asString()).isEqualTo("web");
            assertThat(port.path("socket").asString()).isEqualTo(socket);
            assertThat(port.path("network").asString()).isEqualTo(Lab.BRIDGE);
            assertThat(port.path("kind").asString()).isEqualTo("bridge");
            assertThat(port.path("mtu").asInt()).isEqualTo(1500);
            assertThat(port.path("mac").asString()).isEqualTo(MAC);
            assertThat(lab.host().run("ip", "link", "show", "master", Lab.BRIDGE))
                    .contains(port.path("uplink").asString() + ":");
            daemon.stop();
            assertThat(daemon.out()).hasLineCount(1);
        }
    }

    @Test
    void theLogHasALineForAnEventAndNoneForAFrame() {
        try (DaemonProcess daemon = bridged("--socket", socket("log").toString());
                Capture lan = Capture.onLan(lab);
                VmClient vm = VmClient.vfkit(daemon.socket("vm0"))) {
            for (int i = 0; i < 100; i++) {
                vm.send(Frames.sized(Frames.BROADCAST, MAC, 60));
                vm.send(Frames.sized(Frames.BROADCAST, OTHER, 60));
            }
            assertThat(lan.fence(MAC, vm::send)).hasSize(100);
            daemon.stop();

            // Attached, foreign source, detached, counters.
            assertThat(daemon.log().lines()).hasSize(4).allMatch(LOG_LINE.asMatchPredicate());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void aSignalEndsItAndNothingIsLeft(String signal) throws Exception {
        List<String> before = interfaces();
        try (DaemonProcess daemon =
                        bridged(
                                "--name",
                                "one",
                                "--socket",
                                socket("one").toString(),
                                "--name",
                                "two",
                                "--socket",
                                socket("two").toString());
                VmClient vm = VmClient.vfkit(daemon.socket("one"))) {
            assertThat(interfaces()).hasSize(before.size() + 2);
            vm.send(Frames.arpRequest(MAC, "10.77.0.60", Lab.LAN_ADDRESS));
            vm.await("an ARP reply", frame -> Frames.isArpReply(frame, Lab.LAN_ADDRESS));
            vm.closeAbruptly(); // as a VM that is killed: its socket's file stays behind

            Traffic.Ports traffic = daemon.stop(signal);

            assertThat(traffic.byName()).containsOnlyKeys("one", "two");
            assertThat(traffic.of("one").toLan().frames()).isOne();
            assertThat(traffic.of("one").toVm().frames()).isPositive();
            assertThat(interfaces()).isEqualTo(before);
            assertThat(daemon.directory("one")).doesNotExist();
            assertThat(daemon.directory("two")).doesNotExist();
        }
    }

    @Test
    void aStuckVmAndAFloodDoNotKeepItFromEnding() {
        try (DaemonProcess daemon = bridged("--socket", socket("stuck").toString());
                VmClient vm =
                        VmClient.unconnected(
                                daemon.socket("vm0"), daemon.directory("vm0").resolve("vm.sock"));
                Capture passing = Capture.incoming(lab, lab.host(), "lan0", "icmp")) {
            vm.send(Frames.arpRequest(MAC, "10.77.0.61", Lab.LAN_ADDRESS));
            lab.lan()
                    .run(
                            ("ip neigh replace 10.77.0.61 lladdr " + MAC + " dev " + Lab.NIC)
                                    .split(" "));
            Job flood = lab.lan().start("ping", "-n", "-l", "100", "-i", "0.01", "10.77.0.61");
            Await.until(
                    "more frames than the VM's queue takes",
                    Await.SHORT,
                    () -> passing.frames().size() > 50);
            Traffic traffic = daemon.stop().of("vm0");

            // What the kernel keeps for a VM that is not connected.
            assertThat(traffic.toVm().frames()).isLessThanOrEqualTo(11);
            flood.close();
        }
    }

    @Test
    void aDirectoryThatWasThereStays() throws Exception {
        Path directory = Files.createDirectory(lab.workspace().file("mine"));
        Path file = Files.createFile(directory.resolve("file"));
        try (DaemonProcess daemon = bridged("--socket", directory + "/net.sock")) {
            daemon.stop();
        }
        try (DirectoryStream<Path> left = Files.newDirectoryStream(directory)) {
            assertThat(left).containsExactly(file);
        }
    }

    @Test
    void killedItLeavesNoInterfaceAndTheNextOneTakesItsSocket() {
        List<String> before = interfaces();
        String socket = socket("killed").toString();
        try (DaemonProcess daemon = bridged("--socket", socket)) {
            assertThat(interfaces()).hasSize(before.size() + 1);
            daemon.kill();
            Await.until("the end of the TAP", Await.SHORT, () -> interfaces().equals(before));
        }
        assertThat(Path.of(socket)).exists();
        try (DaemonProcess next = bridged("--socket", socket);
                VmClient vm = VmClient.vfkit(next.socket("vm0"))) {
            vm.send(Frames.arpRequest(MAC, "10.77.0.60", Lab.LAN_ADDRESS));
            vm.await("an ARP reply", frame -> Frames.isArpReply(frame, Lab.LAN_ADDRESS));
            next.stop();
        }
        assertThat(Path.of(socket)).doesNotExist();
    }

    @Test
    void aSocketInUseIsNotTakenAway() {
        String socket = socket("busy").toString();
        try (DaemonProcess daemon = bridged("--socket", socket)) {
            DaemonProcess.Ended second = DaemonProcess.run(lab, "--isolated", "--socket", socket);

            assertThat(second.status()).isEqualTo(69);
            assertThat(second.err()).contains("another program listens at " + socket, "--socket");
            assertThat(Path.of(socket)).exists();
            daemon.stop();
        }
    }

    @Test
    void portsRepeatAndEachGetsItsOwnPlace() throws Exception {
        String web = "e2e-" + ProcessHandle.current().pid() + "-web";
        String db = "e2e-" + ProcessHandle.current().pid() + "-db";
        String other = socket("other").toString();
        try (DaemonProcess daemon =
                bridged(
                        "--name",
                        web,
                        "--mac",
                        MAC,
                        "--name",
                        db,
                        "--mac",
                        "any",
                        "--name",
                        "third",
                        "--socket",
                        other)) {
            assertThat(daemon.socket(web)).hasToString("/run/switchd/" + web + "/net.sock");
            assertThat(daemon.socket(db)).hasToString("/run/switchd/" + db + "/net.sock");
            assertThat(daemon.socket("third")).hasToString(other);
            assertThat(daemon.status().ports())
                    .extracting(Status.PortStatus::mac)
                    .containsExactly(MAC, "any", "auto");
            for (String port : List.of(web, db, "third")) {
                assertAccess(daemon.socket(port), "rw-------", "root");
                assertAccess(daemon.directory(port), "rwx------", "root");
            }
            daemon.stop();
        }
        assertThat(Path.of("/run/switchd", web)).doesNotExist();
        assertThat(Path.of("/run/switchd", db)).doesNotExist();
    }

    @Test
    void theOwnerGetsSocketAndDirectoryForHimselfAlone() throws Exception {
        Files.setPosixFilePermissions(
                lab.workspace().path(), PosixFilePermissions.fromString("rwx--x--x"));
        try (DaemonProcess daemon =
                bridged("--owner", NOBODY, "--socket", socket("owned").toString())) {
            assertAccess(daemon.socket("vm0"), "rw-------", NOBODY);
            assertAccess(daemon.directory("vm0"), "rwx------", NOBODY);
            try (VmClient vm = nobodysClient(daemon.socket("vm0"), "vm.sock")) {
                vm.send(Frames.arpRequest(MAC, "10.77.0.60", Lab.LAN_ADDRESS));
                vm.await("an ARP reply", frame -> Frames.isArpReply(frame, Lab.LAN_ADDRESS));
            }
            daemon.stop();
        }
        assertThat(lab.workspace().file("owned")).doesNotExist();
    }

    private static void assertAccess(Path path, String mode, String owner) throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .as(path.toString())
                .isEqualTo(mode);
        assertThat(Files.getOwner(path).getName()).as(path.toString()).isEqualTo(owner);
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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    --bridge br7                   | there is no bridge br7        | ip link add br7 type bridge
                    --bridge br7                   | there is no bridge br7        | br0
                    --bridge lan0                  | lan0 is no bridge             | --interface lan0
                    --bridge br9                   | br9 is down                   | ip link set br9 up
                    --bridge br0 --mtu 9000        | br0 has MTU 1500              | --mtu 1500
                    --bridge br8 --mtu 1500        | br8 has MTU 9000              | --mtu 9000
                    --interface nic7               | there is no interface nic7    | lan0
                    --interface nic9               | nic9 is down                  | ip link set nic9 up
                    --interface lo                 | lo carries no Ethernet        | lan0
                    --interface lan0 --mtu 1280    | lan0 has MTU 1500             | --mtu 1500
                    --isolated --socket /proc/x/y  | cannot make                   | directories above
                    --isolated --socket /dev/null  | /dev/null is there            | --socket
                    --isolated --socket /dev/null/x | /dev/null is not a directory | --socket
                    """)
    void anUnfitHostIsToldWithTheCure(String options, String trouble, String cure) {
        List<String> all = new ArrayList<>(List.of(options.split(" +")));
        if (!all.contains("--socket")) {
            all.addAll(List.of("--socket", socket("unfit").toString()));
        }
        List<String> before = interfaces();

        DaemonProcess.Ended ended = DaemonProcess.run(lab, all.toArray(String[]::new));

        assertThat(ended.status()).as(ended.err()).isEqualTo(69);
        assertThat(ended.err()).startsWith("switchd: ").contains(trouble, cure).hasLineCount(1);
        assertThat(ended.out()).isEmpty();
        assertThat(interfaces()).isEqualTo(before);
        assertThat(lab.workspace().file("unfit")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    --bridge a-name-far-too-long | --bridge: an interface name has at most 15
                    --isolated --mac nonsense    | --mac: auto, any or an address
                    --isolated --owner no-such-1 | no-such-1
                    --isolated --colour          | --colour
                    """)
    void aWrongCommandLineIsToldOnStderr(String options, String complaint) {
        DaemonProcess.Ended ended = DaemonProcess.run(lab, options.split(" +"));

        assertThat(ended.status()).as(ended.err()).isEqualTo(64);
        assertThat(ended.err()).contains(complaint);
        assertThat(ended.out()).isEmpty();
    }

    @Test
    void helpAndVersionGoToStdout() {
        DaemonProcess.Ended help = DaemonProcess.run(lab, "--help");
        DaemonProcess.Ended version = DaemonProcess.run(lab, "--version");

        assertThat(help.status()).isZero();
        assertThat(help.out()).startsWith("Usage: switchd");
        assertThat(help.err()).isEmpty();
        assertThat(version.status()).isZero();
        assertThat(version.out()).startsWith("switchd ").hasLineCount(1);
    }
}
