package switchd.daemon.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import switchd.daemon.control.ControlClient;
import switchd.daemon.lab.Await;
import switchd.daemon.lab.Job;
import switchd.daemon.lab.Lab;
import switchd.daemon.lab.NeedsLab;
import switchd.daemon.lab.VmClient;

/// A daemon that is told to stop is gone within two seconds, and leaves nothing, whatever hangs or
/// is under way.
@NeedsLab
@Timeout(60)
final class StopIT {
    private static final int MANY = 120;

    /// A JVM's start on a machine that has much else to do.
    private static final Duration START = Duration.ofSeconds(20);

    private static final int METRICS = 9131;

    private final Lab lab = Lab.bridged();
    private final Path control = lab.workspace().file("control.sock");
    private final Path ports = lab.workspace().file("ports");

    @BeforeEach
    void makeDirectory() throws IOException {
        Files.createDirectory(ports);
    }

    @AfterEach
    void removeLab() {
        lab.close();
    }

    private String[] options(List<String> network, String... names) {
        List<String> all = new ArrayList<>(network);
        all.addAll(List.of("--control", control.toString()));
        for (String name : names) {
            all.addAll(List.of("--name", name, "--socket", socket(name).toString()));
        }
        return all.toArray(String[]::new);
    }

    private static String[] many() {
        return Stream.iterate(1, i -> i + 1).limit(MANY).map(i -> "p" + i).toArray(String[]::new);
    }

    private Path socket(String port) {
        return ports.resolve(port + "/net.sock");
    }

    private void checkNothingIsLeft() {
        assertThat(ports).isEmptyDirectory();
        checkNothingOfItsOwnIsLeft();
    }

    private void checkNothingOfItsOwnIsLeft() {
        for (String name : List.of("flooder", "datagram", "stream")) {
            assertThat(socket(name)).doesNotExist();
        }
        assertThat(control).doesNotExist();
        assertThat(lab.host().run("ip", "-br", "link")).doesNotContain("swtap");
    }

    /// The clients that come and stay, and never read; the kernel takes what they are sent.
    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT", "daemon.stop"})
    void nobodyWhoHangsIsWaitedFor(String how) throws Exception {
        Path notify = lab.workspace().file("notify");
        String stream = socket("stream").toString();
        try (HungPeers peers = new HungPeers();
                DaemonProcess daemon =
                        DaemonProcess.startBy(
                                lab,
                                peers.around(notify, lab.workspace().file("stderr")),
                                DaemonProcess.image(),
                                Stream.of(
                                                new String[] {"--metrics", "127.0.0.1:" + METRICS},
                                                options(
                                                        List.of("--bridge", Lab.BRIDGE),
                                                        "flooder",
                                                        "datagram"),
                                                new String[] {
                                                    "--name", "stream", "--stream-socket", stream
                                                })
                                        .flatMap(Arrays::stream)
                                        .toArray(String[]::new))) {
            peers.come(lab, daemon, control, socket("stream"), METRICS);
            if (how.equals("daemon.stop")) {
                try (ControlClient client = ControlClient.connect(control)) {
                    client.call(how, Map.of());
                    daemon.awaitStop();
                }
            } else {
                daemon.stop(how);
            }
            checkNothingOfItsOwnIsLeft();
        }
    }

    @Test
    void manyTapsGoTogether() {
        DaemonProcess daemon =
                DaemonProcess.start(lab, options(List.of("--bridge", Lab.BRIDGE), many()));
        assertThat(lab.host().run("ip", "-br", "link", "show", "master", Lab.BRIDGE))
                .hasLineCount(MANY + 1);
        report(MANY + " ports on a bridge", daemon);
        checkNothingIsLeft();
        assertThat(lab.host().run("ip", "-br", "link", "show", "master", Lab.BRIDGE))
                .hasLineCount(1);
    }

    @Test
    void manySocketsOnANicAreClosedTogether() {
        try (Lab wired = Lab.wired(1500)) {
            DaemonProcess daemon =
                    DaemonProcess.start(wired, options(List.of("--interface", Lab.NIC), many()));
            report(MANY + " ports on a NIC", daemon);
        }
        assertThat(ports).isEmptyDirectory();
    }

    private static void report(String what, DaemonProcess daemon) {
        long before = System.nanoTime();
        daemon.stop();
        System.out.printf("%s: stopped in %d ms%n", what, (System.nanoTime() - before) / 1_000_000);
    }

    /// The signal comes in the middle as a rule; on a machine that has much else to do, after it.
    @Test
    void aStartIsBrokenOff() {
        DaemonProcess daemon =
                DaemonProcess.launch(
                        lab, options(List.of("--bridge", "br9", "--create-bridge"), many()));
        Await.until("the first port", START, () -> Files.exists(socket("p1")));
        report("a start with " + MANY + " ports", daemon);
        checkNothingIsLeft();
        assertThat(lab.host().run("ip", "-br", "link")).doesNotContain("br9");
    }

    @Test
    void aReloadIsBrokenOff() throws Exception {
        Path file = lab.workspace().file("switchd.json");
        Files.writeString(file, configuration("p1"));
        DaemonProcess daemon =
                DaemonProcess.start(
                        lab, "--config", file.toString(), "--control", control.toString());
        Files.writeString(file, configuration(many()));
        daemon.signal("HUP");
        Await.until("the next port", START, () -> Files.exists(socket("p2")));
        report("a reload that adds " + MANY + " ports", daemon);
        checkNothingIsLeft();
    }

    private String configuration(String... names) {
        String list =
                Stream.of(names)
                        .map(name ->
                                "{\"name\":\"%s\",\"network\":\"lan\",\"socket\":\"%s\"}"
                                        .formatted(name, socket(name)))
                        .reduce((one, other) -> one + "," + other)
                        .orElseThrow();
        return "{\"networks\":[{\"name\":\"lan\",\"kind\":\"bridge\",\"bridge\":\"%s\"}],\"ports\":[%s]}"
                .formatted(Lab.BRIDGE, list);
    }

    @Test
    void aRepairIsBrokenOff() {
        DaemonProcess daemon =
                DaemonProcess.start(lab, options(List.of("--bridge", Lab.BRIDGE), "a", "b"));
        lab.host().run("ip", "link", "delete", Lab.BRIDGE);
        daemon.awaitLog("uplinkLost|uplink");
        report("a bridge that is gone", daemon);
        checkNothingIsLeft();
    }

    /// Commands that watch.
    @Test
    void commandsThatAreUnderWaySaySo() {
        try (DaemonProcess daemon = DaemonProcess.start(lab, options(List.of("--isolated"), "a"));
                DaemonProcess capture = command("capture", "a");
                DaemonProcess trace = command("trace", "a");
                DaemonProcess events = command("events")) {
            Await.until("capture", START, () -> capture.log().contains("capturing at a"));
            Await.until("trace", START, () -> trace.log().contains("tracing a"));
            Await.until("events", START, () -> events.out().contains("started"));
            daemon.signal("TERM");
            daemon.awaitStop();
            assertEnds(capture, "switchd: capture of a: the ");
            assertEnds(trace, "switchd: trace of a: the ");
            assertEnds(events, "the daemon has ended: see its log");
        }
    }

    private DaemonProcess command(String... words) {
        return DaemonProcess.launch(
                lab,
                Stream.concat(Stream.of(words), Stream.of("--control", control.toString()))
                        .toArray(String[]::new));
    }

    private static void assertEnds(DaemonProcess command, String why) {
        DaemonProcess.Ended ended = command.awaitEnd(START);
        assertThat(ended.status()).as(ended.err()).isEqualTo(69);
        assertThat(ended.err()).contains(why);
    }

    /// It is told that its links are not needed any more, and does not listen.
    @ParameterizedTest
    @ValueSource(strings = {"TERM", "daemon.stop"})
    void aKeeperThatIsStopped(String how) throws Exception {
        DaemonProcess daemon =
                DaemonProcess.start(
                        lab,
                        Stream.concat(
                                        Stream.of("--keep-sockets", "15"),
                                        Stream.of(options(List.of("--isolated"), "a")))
                                .toArray(String[]::new));
        try (VmClient _ = VmClient.vfkit(socket("a"))) {
            ProcessHandle keeper = keeperOf(daemon);
            try {
                signal("STOP", keeper);
                if (how.equals("daemon.stop")) {
                    try (ControlClient client = ControlClient.connect(control)) {
                        client.call(how, Map.of());
                        daemon.awaitStop();
                    }
                } else {
                    daemon.stop(how);
                }
                assertThat(control).doesNotExist();
            } finally {
                signal("KILL", keeper);
            }
        }
    }

    private static ProcessHandle keeperOf(DaemonProcess daemon) {
        List<ProcessHandle> found = new ArrayList<>();
        Await.until(
                "a keeper that listens",
                Await.SHORT,
                () -> {
                    ProcessHandle.of(daemon.pid()).stream()
                            .flatMap(ProcessHandle::children)
                            .forEach(found::add);
                    return !found.isEmpty();
                });
        return found.getFirst();
    }

    private static void signal(String name, ProcessHandle to) {
        Job kill = Job.start("kill", "-" + name, Long.toString(to.pid()));
        assertThat(kill.awaitExit(Await.SHORT)).isZero();
    }
}
