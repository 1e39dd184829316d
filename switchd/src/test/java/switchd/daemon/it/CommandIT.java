package switchd.daemon.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import switchd.daemon.Ready;
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
    private static final Pattern LOG_LINE =
            Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\S+ (INFO|WARNING) \\S+: .*");

    private final Lab lab = Lab.bridged();

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

    @Test
    void oneLineOfJsonSaysWhatIsUp() {
        String socket = socket("json").toString();
        try (DaemonProcess daemon = bridged("--name", "web", "--mac", MAC, "--socket", socket)) {
            assertThat(daemon.out()).endsWith("}\n").hasLineCount(1);
            JsonNode status = JsonMapper.shared().readTree(daemon.out());
            assertThat(status.propertyNames()).containsExactly("version", "control", "ports");
            assertThat(status.path("version").asString()).matches("\\d+\\.\\d+\\.\\d+(-SNAPSHOT)?");
            assertThat(status.path("ports").size()).isOne();
            JsonNode port = status.path("ports").path(0);
            assertThat(port.propertyNames())
                    .containsExactly(
                            "name", "socket", "network", "kind", "uplink", "mtu", "state", "mac");
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
        List<String> before = lab.host().interfaces();
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
            assertThat(lab.host().interfaces()).hasSize(before.size() + 2);
            vm.send(Frames.arpRequest(MAC, "10.77.0.60", Lab.LAN_ADDRESS));
            vm.await("an ARP reply", frame -> Frames.isArpReply(frame, Lab.LAN_ADDRESS));
            vm.closeAbruptly(); // as a VM that is killed: its socket's file stays behind

            Traffic.Ports traffic = daemon.stop(signal);

            assertThat(traffic.byName()).containsOnlyKeys("one", "two");
            assertThat(traffic.of("one").toLan().frames()).isOne();
            assertThat(traffic.of("one").toVm().frames()).isPositive();
            assertThat(lab.host().interfaces()).isEqualTo(before);
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
    void aBridgeThatItMadeGoesWithIt() {
        List<String> before = lab.host().interfaces();
        List<String> options = List.of("--bridge", "br6", "--create-bridge", "--socket");
        List<String> all = new ArrayList<>(options);
        all.add(socket("made").toString());
        try (DaemonProcess daemon = DaemonProcess.start(lab, all.toArray(String[]::new))) {
            assertThat(lab.host().interfaces()).contains("br6");
            daemon.stop();
        }
        assertThat(lab.host().interfaces()).isEqualTo(before);
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
        List<String> before = lab.host().interfaces();
        String socket = socket("killed").toString();
        try (DaemonProcess daemon = bridged("--socket", socket)) {
            assertThat(lab.host().interfaces()).hasSize(before.size() + 1);
            daemon.kill();
            Await.until(
                    "the end of the TAP",
                    Await.SHORT,
                    () -> lab.host().interfaces().equals(before));
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
    void aSocketInUseIsNotTakenAwayAndItsDaemonIsNamed() throws Exception {
        String socket = socket("busy").toString();
        try (DaemonProcess daemon =
                        bridged("--socket", socket, "--control", socket("c1").toString());
                VmClient vm = VmClient.vfkit(daemon.socket("vm0"))) {
            vm.send(Frames.arpRequest(MAC, "10.77.0.60", Lab.LAN_ADDRESS));
            vm.await("an ARP reply", frame -> Frames.isArpReply(frame, Lab.LAN_ADDRESS));
            List<String> files = filesBeside(socket);

            DaemonProcess.Ended second =
                    DaemonProcess.run(
                            lab,
                            "--isolated",
                            "--socket",
                            socket,
                            "--control",
                            socket("c2").toString());

            assertThat(second.status()).isEqualTo(69);
            assertThat(second.err())
                    .contains(
                            "another program listens at %s, process %d: stop it"
                                    .formatted(socket, daemon.pid()),
                            "--socket");
            assertThat(filesBeside(socket)).isEqualTo(files).contains(socket);
            vm.send(Frames.arpRequest(MAC, "10.77.0.60", Lab.LAN_ADDRESS));
            vm.await("another", frame -> Frames.isArpReply(frame, Lab.LAN_ADDRESS));
            daemon.stop();
        }
    }

    private static List<String> filesBeside(String socket) throws IOException {
        try (Stream<Path> all = Files.list(Objects.requireNonNull(Path.of(socket).getParent()))) {
            return all.map(Path::toString).sorted().toList();
        }
    }

    @Test
    void portsRepeatAndEachGetsItsOwnPlace() throws Exception {
        String web = "e2e-" + ProcessHandle.current().pid() + "-web";
        String db = "e2e-" + ProcessHandle.current().pid() + "-db";
        String other = socket("other").toString();
        boolean wasThere = Files.exists(Path.of("/run/switchd"));
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
                    .extracting(Ready.ReadyPort::mac)
                    .containsExactly(MAC, "any", "auto");
            for (String port : List.of(web, db, "third")) {
                Access.check(daemon.socket(port), "rw-------", "root");
                Access.check(daemon.directory(port), "rwx------", "root");
            }
            daemon.stop();
        }
        assertThat(Path.of("/run/switchd", web)).doesNotExist();
        assertThat(Path.of("/run/switchd", db)).doesNotExist();
        assertThat(Files.exists(Path.of("/run/switchd"))).as("as before").isEqualTo(wasThere);
    }
}
