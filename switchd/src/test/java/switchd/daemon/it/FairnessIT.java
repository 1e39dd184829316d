package switchd.daemon.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import switchd.core.SwitchdException;
import switchd.daemon.control.ControlClient;
import switchd.daemon.lab.Await;
import switchd.daemon.lab.Frames;
import switchd.daemon.lab.Job;
import switchd.daemon.lab.Lab;
import switchd.daemon.lab.NeedsLab;
import switchd.daemon.lab.Station;
import switchd.daemon.lab.VmClient;
import tools.jackson.databind.JsonNode;

/// What a VM that floods, is flooded, stops reading, sends rubbish, or dies and returns does to
/// another one, which sends a thousand echo requests a second to the LAN's host: measured in rounds
/// without and with it, in turn, of one daemon. Without it, its neighbour does the same work beside
/// the daemon.
@NeedsLab
@Timeout(300) // a machine that does much else is slow
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FairnessIT {
    private static final Station GOOD = new Station("02:00:00:00:0d:02", "10.77.0.52");
    private static final String BAD = "02:00:00:00:0d:01";
    private static final int ROUND = Integer.getInteger("fairness.round", 250);
    private static final int ROUNDS = Integer.getInteger("fairness.rounds", 3);
    private static final int MOST_ROUNDS = Math.max(ROUNDS, 15);
    private static final int LIVES = 1_000;
    private static final int VMS = 50;

    /// What a thousand lives may leave behind: compiled code, and objects that are made once.
    private static final long RESIDENT_MORE = 8 << 20;

    private static final long HEAP_MORE = 1 << 20;

    private final Lab lab = Lab.bridged();
    private final Path control = lab.workspace().file("control.sock");
    private final Path good = lab.workspace().file("good/net.sock");
    private final Path bad = lab.workspace().file("bad/net.sock");
    private final List<Mortal> mortals =
            IntStream.range(0, VMS).mapToObj(i -> Mortal.number(i, lab)).toList();
    private DaemonProcess daemon;
    private VmClient vm;
    private RawSocket lan;

    @SuppressWarnings("NullAway.Init")
    FairnessIT() {}

    @BeforeAll
    void start() throws Exception {
        List<String> options =
                new ArrayList<>(List.of("--bridge", Lab.BRIDGE, "--control", control.toString()));
        options.addAll(List.of("--name", "good", "--socket", good.toString()));
        options.addAll(List.of("--name", "bad", "--mac", BAD, "--socket", bad.toString()));
        for (Mortal mortal : mortals) {
            options.addAll(
                    List.of("--name", mortal.name(), "--socket", mortal.socket().toString()));
            options.addAll(List.of("--stream-socket", mortal.stream().toString()));
        }
        daemon =
                DaemonProcess.startBy(
                        lab,
                        List.of("env", "JDK_JAVA_OPTIONS=-XX:+AlwaysPreTouch"),
                        DaemonProcess.image(),
                        options.toArray(String[]::new));
        vm = lab.add(VmClient.vfkit(good));
        lan = lab.add(RawSocket.of(lab.lan(), Lab.NIC));
    }

    @AfterAll
    void removeLab() {
        lab.close();
    }

    @Test
    void aFlood() throws Exception {
        besides("a flood", BadVm.flooding(bad, BAD, List.of(Frames.sized(Lab.LAN_MAC, BAD, 1400))));
    }

    /// Too short, too long, somebody else's address, a type that no VM has any business with.
    @Test
    void aFloodOfRubbish() throws Exception {
        besides(
                "rubbish",
                BadVm.flooding(
                        bad,
                        BAD,
                        List.of(
                                new byte[5],
                                new byte[20_000],
                                Frames.sized(Lab.LAN_MAC, GOOD.mac(), 60),
                                Frames.ethernet("01:80:c2:00:00:00", BAD, 0x8809, new byte[60]))));
    }

    @Test
    void aFloodFromTheLan() throws Exception {
        besides("a VM that the LAN floods", BadVm.flooded(bad, BAD, fromLan(), lan, true));
    }

    @Test
    void aVmThatStopsReading() throws Exception {
        long before = vmFull("bad");
        besides("a VM that reads nothing", BadVm.flooded(bad, BAD, fromLan(), lan, false));
        assertThat(vmFull("bad")).isGreaterThan(before);
    }

    /// Frames that a VM was not there for to take.
    private long vmFull(String name) throws SwitchdException {
        JsonNode port = ask("port.show", Map.of("name", name)).path("port");
        return port.path("toVm").path("drops").path("vmFull").asLong(0);
    }

    private String told(String name) {
        try {
            return ask("port.show", Map.of("name", name)).toString();
        } catch (SwitchdException e) {
            return e.toString();
        }
    }

    private static byte[] fromLan() {
        return Frames.sized(BAD, Lab.LAN_MAC, 1400);
    }

    /// It is let in a few times a second only.
    @Test
    void aVmThatDiesAndReturns() throws Exception {
        besides("a VM that dies and returns", ReturningVm.start(bad, BAD));
    }

    private void besides(String what, Neighbour badVm) throws Exception {
        long lines = linesAboutIt();
        try (Neighbour neighbour = badVm;
                PingStream pings = PingStream.start(lab, vm, GOOD)) {
            Rounds rounds = new Rounds();
            do {
                neighbour.bad(false);
                PingStream.Stretch one = stretch(pings);
                PingStream.Stretch other = stretch(pings);
                neighbour.bad(true);
                long before = neighbour.done();
                PingStream.Stretch beside = stretch(pings);
                assertThat(neighbour.done() - before).as("what it did").isPositive();
                rounds.add(one, other, beside);
            } while (rounds.count() < ROUNDS
                    || (!rounds.areWithinTenPercent() && rounds.count() < MOST_ROUNDS));
            neighbour.bad(false);
            System.out.println("Beside " + what + ": " + rounds);
            assertThat(rounds.areWithinTenPercent()).as(rounds.toString()).isTrue();
            assertThat(linesAboutIt() - lines).as(daemon.log()).isLessThan(50);
        }
    }

    private long linesAboutIt() {
        return daemon.log().lines().filter(line -> line.contains(" bad: ")).count();
    }

    private static PingStream.Stretch stretch(PingStream pings) {
        int from = pings.sent();
        Await.until("a round", Await.SHORT, () -> pings.sent() >= from + ROUND);
        return pings.stretch(from, from + ROUND);
    }

    @Test
    void aThousandLives() throws Exception {
        long descriptors = files();
        live(LIVES / 4);
        List<Path> files = ownFiles();
        String interfaces = lab.host().run("ip", "-br", "link");
        Memory before = memory();
        long full = vmFull("good");
        PingStream.Stretch beside;
        try (PingStream pings = PingStream.start(lab, vm, GOOD)) {
            live(LIVES);
            beside = pings.stretch(0, pings.sent());
        }
        Memory after = memory();
        System.out.printf(
                "Beside a thousand lives: %d of %d answered, p50 %.0f us, p99 %.0f us, %s before, %s after%n",
                beside.answered(),
                beside.sent(),
                beside.p50() / 1e3,
                beside.p99() / 1e3,
                before,
                after);
        // But for those that the good one itself had no time to take.
        assertThat((long) beside.sent() - beside.answered())
                .as(() -> told("good"))
                .isLessThanOrEqualTo(vmFull("good") - full + beside.sent() / 100);
        assertThat(after.exceeds(before)).as("%s, before %s", after, before).isFalse();
        Await.until("no descriptor of theirs", Await.SHORT, () -> files() <= descriptors + 1);
        assertThat(lab.host().run("ip", "-br", "link")).isEqualTo(interfaces);
        assertThat(ownFiles()).isEqualTo(files);
    }

    /// What the daemon holds, in bytes, after a collection; its heap is in memory as a whole.
    private record Memory(long resident, long heap) {
        boolean exceeds(Memory other) {
            return resident > other.resident + RESIDENT_MORE || heap > other.heap + HEAP_MORE;
        }
    }

    private Memory memory() throws SwitchdException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        try (Job collection = Job.start(jcmd, Long.toString(daemon.pid()), "GC.run")) {
            assertThat(collection.awaitExit(Await.SHORT)).as(collection.output()).isZero();
        }
        JsonNode memory = ask("daemon.status", Map.of()).path("daemon").path("memory");
        return new Memory(memory.path("resident").asLong(), memory.path("heapUsed").asLong());
    }

    private JsonNode ask(String method, Object params) throws SwitchdException {
        try (ControlClient client = ControlClient.connect(control)) {
            return client.call(method, params);
        }
    }

    /// All attach, in turn as vfkit and as a client of the stream, are answered, and killed without
    /// a word.
    private void live(int times) throws IOException {
        for (int lives = 0; lives < times; lives += VMS) {
            boolean asStream = lives / VMS % 2 == 1;
            for (Mortal mortal : mortals) {
                mortal.attach(asStream);
            }
            for (Mortal mortal : mortals) {
                mortal.awaitAnswer();
                mortal.kill();
            }
        }
    }

    /// In the port's directory, but for those of VMs.
    private List<Path> ownFiles() {
        return list(mortals.getFirst().directory()).stream()
                .filter(file -> !file.getFileName().toString().startsWith("vfkit"))
                .sorted()
                .toList();
    }

    private long files() {
        return list(Path.of("/proc/" + daemon.pid() + "/fd")).size();
    }

    private static List<Path> list(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
