package switchd.daemon.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

/// What a VM that floods, is flooded, stops reading, sends rubbish, or dies and returns a thousand
/// times does to another one, which sends a thousand echo requests a second to the LAN's host:
/// measured in rounds without and with it, in turn, of one daemon. Without it, its neighbour does
/// the same work beside the daemon.
@NeedsLab
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FairnessIT {
    private static final Station GOOD = new Station("02:00:00:00:0d:02", "10.77.0.52");
    private static final String BAD = "02:00:00:00:0d:01";
    private static final int ROUND = Integer.getInteger("fairness.round", 250);
    private static final int ROUNDS = Integer.getInteger("fairness.rounds", 3);
    private static final int MOST_ROUNDS = Math.max(ROUNDS, 15);
    private static final int LIVES = 1_000;

    /// What a thousand lives may leave behind: compiled code, and objects that are made once.
    private static final long RESIDENT_MORE = 8 << 20;

    private static final long HEAP_MORE = 1 << 19;

    private final Lab lab = Lab.bridged();
    private final Path control = lab.workspace().file("control.sock");
    private final Path good = lab.workspace().file("good/net.sock");
    private final Path bad = lab.workspace().file("bad/net.sock");
    private final Path stream = lab.workspace().file("bad/stream.sock");
    private DaemonProcess daemon;
    private VmClient vm;
    private RawSocket lan;

    @SuppressWarnings("NullAway.Init")
    FairnessIT() {}

    @BeforeAll
    void start() throws Exception {
        daemon =
                DaemonProcess.startBy(
                        lab,
                        List.of("env", "JDK_JAVA_OPTIONS=-XX:+AlwaysPreTouch"),
                        DaemonProcess.image(),
                        "--bridge",
                        Lab.BRIDGE,
                        "--control",
                        control.toString(),
                        "--name",
                        "good",
                        "--socket",
                        good.toString(),
                        "--name",
                        "bad",
                        "--mac",
                        BAD,
                        "--socket",
                        bad.toString(),
                        "--stream-socket",
                        stream.toString());
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

    private void besides(String what, BadVm badVm) throws Exception {
        long lines = daemon.log().lines().count();
        try (BadVm neighbour = badVm;
                PingStream pings = PingStream.start(lab, vm, GOOD)) {
            Rounds rounds = new Rounds();
            do {
                neighbour.bad(false);
                PingStream.Stretch one = stretch(pings);
                PingStream.Stretch other = stretch(pings);
                neighbour.bad(true);
                long before = neighbour.sent();
                PingStream.Stretch beside = stretch(pings);
                assertThat(neighbour.sent() - before).as("frames of a flood").isGreaterThan(ROUND);
                rounds.add(one, other, beside);
            } while (rounds.count() < ROUNDS
                    || (!rounds.areWithinTenPercent() && rounds.count() < MOST_ROUNDS));
            neighbour.bad(false);
            System.out.println("Beside " + what + ": " + rounds);
            assertThat(rounds.areWithinTenPercent()).as(rounds.toString()).isTrue();
            assertThat(daemon.log().lines().count() - lines).as(daemon.log()).isLessThan(50);
        }
    }

    private static PingStream.Stretch stretch(PingStream pings) {
        int from = pings.sent();
        Await.until("a round", Await.SHORT, () -> pings.sent() >= from + ROUND);
        return pings.stretch(from, from + ROUND);
    }

    @Test
    void aThousandLives() throws Exception {
        long lines = daemon.log().lines().count();
        live(LIVES / 4);
        Await.until("the last one's end", Await.SHORT, () -> files() > 0 && isFree());
        long descriptors = files();
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
                "Beside a VM that dies and returns: %s, %s before, %s after%n",
                beside, before, after);
        // But for those that the good one itself had no time to take.
        assertThat((long) beside.sent() - beside.answered())
                .as(() -> told("good"))
                .isLessThanOrEqualTo(vmFull("good") - full + beside.sent() / 100);
        assertThat(after.exceeds(before)).as("%s, before %s", after, before).isFalse();
        // One more: that its last life is over may not have been noticed yet.
        Await.until("its descriptors", Await.SHORT, () -> files() <= descriptors + 1);
        assertThat(lab.host().run("ip", "-br", "link")).isEqualTo(interfaces);
        assertThat(ownFiles()).isEqualTo(files);
        assertThat(daemon.log().lines().count() - lines).as(daemon.log()).isLessThan(100);
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

    /// In turn as vfkit and as a client of the stream, killed without a word.
    private void live(int times) throws IOException {
        byte[] frame = Frames.sized(Lab.LAN_MAC, BAD, 60);
        ByteBuffer framed = ByteBuffer.allocate(64).putInt(60).put(frame).flip();
        int lives = 0;
        while (lives < times) {
            try (SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                client.connect(UnixDomainSocketAddress.of(stream));
                client.write(framed.duplicate());
            }
            try {
                VmClient vm = VmClient.vfkit(bad);
                vm.trySend(frame);
                vm.closeAbruptly();
                Files.deleteIfExists(vm.local());
                lives++;
            } catch (UncheckedIOException _) {
                // Its predecessor was just being taken in, which the kernel does not allow.
            }
        }
    }

    /// Waits until a VM that comes is let in, which one that was killed just now may delay.
    private boolean isFree() {
        try (VmClient vm = VmClient.vfkit(bad)) {
            vm.trySend(Frames.arpRequest(BAD, "10.77.0.51", Lab.LAN_ADDRESS));
            return vm.receive(Duration.ofMillis(100)).isPresent();
        } catch (UncheckedIOException _) {
            return false;
        }
    }

    /// In the port's directory, but for those of VMs.
    private List<Path> ownFiles() {
        return list(Objects.requireNonNull(bad.getParent())).stream()
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
