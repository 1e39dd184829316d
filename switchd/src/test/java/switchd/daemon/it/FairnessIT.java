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
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import switchd.daemon.lab.Await;
import switchd.daemon.lab.Frames;
import switchd.daemon.lab.Lab;
import switchd.daemon.lab.NeedsLab;
import switchd.daemon.lab.Station;
import switchd.daemon.lab.VmClient;

/// What a VM that floods, sends rubbish, or dies and returns a thousand times does to another one,
/// which sends a thousand echo requests a second to the LAN's host: measured in rounds without and
/// with it, in turn, of one daemon. Without it, its neighbour does the same work beside the daemon.
@NeedsLab
@Timeout(120)
final class FairnessIT {
    private static final Station GOOD = new Station("02:00:00:00:0d:02", "10.77.0.52");
    private static final String BAD = "02:00:00:00:0d:01";
    private static final int ROUND = 250;
    private static final int ROUNDS = 5;
    private static final int MOST_ROUNDS = 15;
    private static final int LIVES = 1_000;

    private final Lab lab = Lab.bridged();
    private final Path good = lab.workspace().file("good/net.sock");
    private final Path bad = lab.workspace().file("bad/net.sock");
    private final Path stream = lab.workspace().file("bad/stream.sock");

    @AfterEach
    void removeLab() {
        lab.close();
    }

    private DaemonProcess start() {
        return DaemonProcess.start(
                lab,
                "--bridge",
                Lab.BRIDGE,
                "--control",
                lab.workspace().file("control.sock").toString(),
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
    }

    @Test
    void aFlood() throws Exception {
        besides("a flood", List.of(Frames.sized(Lab.LAN_MAC, BAD, 1400)));
    }

    /// Too short, too long, somebody else's address, a type that no VM has any business with.
    @Test
    void aFloodOfRubbish() throws Exception {
        besides(
                "rubbish",
                List.of(
                        new byte[5],
                        new byte[20_000],
                        Frames.sized(Lab.LAN_MAC, GOOD.mac(), 60),
                        Frames.ethernet("01:80:c2:00:00:00", BAD, 0x8809, new byte[60])));
    }

    private void besides(String what, List<byte[]> frames) throws Exception {
        try (DaemonProcess daemon = start();
                VmClient vm = VmClient.vfkit(good);
                PingStream pings = PingStream.start(lab, vm, GOOD);
                BadVm neighbour = new BadVm(bad, frames)) {
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
            assertThat(daemon.log().lines().count()).as(daemon.log()).isLessThan(50);
        }
    }

    private static PingStream.Stretch stretch(PingStream pings) {
        int from = pings.sent();
        Await.until("a round", Await.SHORT, () -> pings.sent() >= from + ROUND);
        return pings.stretch(from, from + ROUND);
    }

    @Test
    void aThousandLives() throws Exception {
        try (DaemonProcess daemon = start();
                VmClient vm = VmClient.vfkit(good)) {
            live(LIVES / 4);
            Await.until("the last one's end", Await.SHORT, () -> files(daemon) > 0 && isFree());
            long descriptors = files(daemon);
            List<Path> files = ownFiles();
            String interfaces = lab.host().run("ip", "-br", "link");
            PingStream.Result result;
            try (PingStream pings = PingStream.start(lab, vm, GOOD)) {
                live(LIVES);
                result = pings.end();
            }
            System.out.println("Beside a VM that dies and returns: " + result);
            assertThat(result.lost()).isZero();
            // One more: that its last life is over may not have been noticed yet.
            Await.until("its descriptors", Await.SHORT, () -> files(daemon) <= descriptors + 1);
            assertThat(lab.host().run("ip", "-br", "link")).isEqualTo(interfaces);
            assertThat(ownFiles()).isEqualTo(files);
            assertThat(daemon.log().lines().count()).as(daemon.log()).isLessThan(100);
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

    private static long files(DaemonProcess daemon) {
        return list(Path.of("/proc/" + daemon.pid() + "/fd")).size();
    }

    private static List<Path> list(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Rounds of three stretches: two without the neighbour, which tell how far apart two that
    /// should be the same are here and now, and one with it.
    private static final class Rounds {
        private final List<Double> answered = new ArrayList<>();
        private final List<Double> p99 = new ArrayList<>();
        private final List<Double> noise = new ArrayList<>();

        void add(PingStream.Stretch one, PingStream.Stretch other, PingStream.Stretch beside) {
            double alone = Math.max(one.p99(), other.p99());
            answered.add(2.0 * beside.answered() / (one.answered() + other.answered()));
            p99.add(2.0 * beside.p99() / (one.p99() + other.p99()));
            noise.add(alone / Math.min(one.p99(), other.p99()));
        }

        int count() {
            return p99.size();
        }

        boolean areWithinTenPercent() {
            return median(answered) >= 0.9 && median(p99) <= 1.1 * median(noise);
        }

        private static double median(List<Double> values) {
            return values.stream().sorted().toList().get(values.size() / 2);
        }

        @Override
        public String toString() {
            return "%.2f of the answers, p99 of %.2f times that without it (two without differ by %.2f), %d rounds"
                    .formatted(median(answered), median(p99), median(noise), count());
        }
    }
}
