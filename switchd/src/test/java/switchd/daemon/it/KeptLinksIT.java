package switchd.daemon.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import switchd.daemon.control.ControlClient;
import switchd.daemon.lab.Await;
import switchd.daemon.lab.Job;
import switchd.daemon.lab.Lab;
import switchd.daemon.lab.NeedsLab;
import switchd.posix.Fd;
import switchd.posix.NativePosix;
import switchd.posix.PosixConstants;
import switchd.posix.SocketBuffers;
import switchd.posix.UnixAddress;

/// VMs outlive the daemon: one that has connected its socket once, as vfkit does, and one that has
/// a descriptor, as `switchd run` gives it. Neither does anything but go on.
@NeedsLab({"perl"})
@Timeout(120)
final class KeptLinksIT {
    /// A JVM's start on a machine that has much else to do.
    private static final Duration START = Duration.ofSeconds(20);

    private static final String NO_RIGHTS =
            """
            CapPrm:\t0000000000000000
            CapEff:\t0000000000000000
            CapBnd:\t0000000000000000
            NoNewPrivs:\t1
            """;

    private static final long MOST_MILLIS = 15_000;

    /// What the killed one had received and not passed on, and what a VM is too slow for that gets
    /// what has waited for seconds at once.
    private static final int MOST_LOST = 256;

    private final Lab lab = Lab.bridged();
    private final Arena arena = Arena.ofShared();
    private final Path one = lab.workspace().file("one/net.sock");
    private final Path two = lab.workspace().file("two/net.sock");
    private final Path control = lab.workspace().file("control/c.sock");
    private final Path keeper = Path.of(control + ".keep");

    @AfterEach
    void removeLab() {
        lab.close();
        arena.close();
    }

    private String[] options(String... more) {
        String[] usual = {
            "--isolated",
            "--name",
            "one",
            "--socket",
            one.toString(),
            "--name",
            "two",
            "--socket",
            two.toString(),
            "--control",
            control.toString()
        };
        return Stream.of(usual, more).flatMap(Stream::of).toArray(String[]::new);
    }

    private DaemonProcess start() {
        return DaemonProcess.start(lab, options("--keep-sockets", "15"));
    }

    /// A VM's socket beside the port's, connected once.
    private Fd vfkit() throws Exception {
        NativePosix posix = new NativePosix(arena);
        int fd = posix.socket(PosixConstants.AF_UNIX, PosixConstants.SOCK_DGRAM, 0);
        Fd socket = new Fd(posix, fd);
        UnixAddress own = UnixAddress.of(arena, one.resolveSibling("vfkit-1.sock").toString());
        assertThat(posix.bind(fd, own.memory(), own.length())).isZero();
        UnixAddress port = UnixAddress.of(arena, one.toString());
        assertThat(posix.connect(fd, port.memory(), port.length())).isZero();
        SocketBuffers.send(posix, fd, 1 << 20);
        SocketBuffers.receive(posix, fd, 4 << 20);
        assertThat(posix.write(fd, arena.allocateFrom("VFKT"), 0, 4)).isEqualTo(4);
        return socket;
    }

    private Fd lease() throws Exception {
        return new Fd(
                new NativePosix(arena),
                ControlClient.callForDescriptor(control, "port.descriptor", Map.of("name", "two"))
                        .number());
    }

    /// Waits until the keeper, a child of the first daemon, has the sockets of both VMs, and what
    /// is known of them, beside the one that it listens at and its connection.
    ///
    /// @return the keeper
    static ProcessHandle awaitHeld(DaemonProcess daemon) {
        List<ProcessHandle> found = new ArrayList<>();
        Await.until(
                "the links of two VMs in the keeper",
                START,
                () -> {
                    ProcessHandle.of(daemon.pid()).stream()
                            .flatMap(ProcessHandle::children)
                            .filter(KeptLinksIT::holdsBoth)
                            .forEach(found::add);
                    return !found.isEmpty();
                });
        return found.getFirst();
    }

    /// As above, for daemons that came after the first one.
    static void awaitHeld(ProcessHandle keeper) {
        Await.until("the links of two VMs in the keeper", START, () -> holdsBoth(keeper));
    }

    private static boolean holdsBoth(ProcessHandle keeper) {
        return sockets(keeper.pid()) == 6;
    }

    /// The daemon alone, as the kernel does it; not what it has started.
    static void kill(DaemonProcess daemon) {
        daemon.signal("KILL");
        Await.until("the daemon's end", Await.SHORT, () -> !daemon.isAlive());
    }

    private static long sockets(long pid) {
        try (Stream<Path> all = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            return all.filter(KeptLinksIT::isSocket).count();
        } catch (IOException _) {
            return 0; // it has ended
        }
    }

    private static boolean isSocket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (IOException _) {
            return false;
        }
    }

    private void report(String what, NumberedFrames frames) {
        for (NumberedFrames.Way way :
                new NumberedFrames.Way[] {frames.toDescriptor(), frames.toSocket()}) {
            assertThat(TimeUnit.NANOSECONDS.toMillis(way.longestNanos)).isLessThan(MOST_MILLIS);
            assertThat(way.lost()).isBetween(0, MOST_LOST);
            System.out.printf(
                    "%s: longest interruption %d ms, %d frames sent, %d lost, %d refused%n",
                    what,
                    TimeUnit.NANOSECONDS.toMillis(way.longestNanos),
                    way.sent,
                    way.lost(),
                    way.refused);
        }
    }

    @Test
    @SuppressWarnings("try") // ends early
    void theyGoOnOverAKillAndARestartAndEndWithAStop() throws Exception {
        Path image = copy(DaemonProcess.image());
        DaemonProcess daemon =
                DaemonProcess.startBy(lab, List.of(), image, options("--keep-sockets", "15"));
        try (Fd vm = vfkit();
                Fd end = lease()) {
            NumberedFrames stopped;
            try (NumberedFrames frames = new NumberedFrames(vm.number(), end.number())) {
                frames.awaitBoth();
                awaitHeld(daemon);
                ProcessHandle first = keeperOf(daemon);
                assertHasNoRights(first.pid());
                first.destroyForcibly();
                Await.until("the keeper's end", Await.SHORT, () -> !first.isAlive());
                awaitHeld(daemon); // another one, with all
                assertHasNoRights(keeperOf(daemon).pid());
                kill(daemon);
                upgrade(image);
                daemon = start();
                frames.awaitBoth();
                assertThat(daemon.log()).contains("one: VM attached", "kept over a restart");

                daemon.stop();
                daemon = start();
                frames.awaitBoth();
                stopped = frames;
            }
            report("and stopped and started", stopped);
            DaemonProcess.Ended stop =
                    DaemonProcess.run(lab, "stop", "--control", control.toString());
            assertThat(stop.status()).as(stop.err()).isZero();
            Await.until("the keeper's end", Await.SHORT, () -> !Files.exists(keeper));
        }
    }

    private Path copy(Path jars) throws IOException {
        Path copy = lab.workspace().file("image");
        try (Stream<Path> all = Files.walk(jars)) {
            for (Path each : all.toList()) {
                Files.copy(each, copy.resolve(jars.relativize(each).toString()));
            }
        }
        return copy;
    }

    /// The files that the keeper runs from become others while it runs.
    private static void upgrade(Path image) throws IOException {
        try (Stream<Path> all = Files.list(image)) {
            for (Path jar : all.filter(Files::isRegularFile).toList()) {
                Files.write(jar, new byte[(int) Files.size(jar)]);
            }
        }
    }

    private static ProcessHandle keeperOf(DaemonProcess daemon) {
        return ProcessHandle.of(daemon.pid()).orElseThrow().children().findFirst().orElseThrow();
    }

    /// None of root's, whichever thread it is.
    private static void assertHasNoRights(long pid) throws IOException {
        try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
            for (Path thread : threads.toList()) {
                assertThat(status(thread)).contains(NO_RIGHTS.split("\n"));
            }
        }
    }

    private static String status(Path thread) throws IOException {
        try {
            return Files.readString(thread.resolve("status"));
        } catch (NoSuchFileException _) {
            return NO_RIGHTS; // it has ended meanwhile
        }
    }

    /// Writes the same down, as a service has it.
    private String[] configured() throws IOException {
        Path file = lab.workspace().file("switchd.json");
        Files.writeString(
                file,
                """
                {"networks": [{"name": "lan", "kind": "isolated"}],
                 "ports": [{"name": "one", "socket": "%s"}, {"name": "two", "socket": "%s"}],
                 "control": {"socket": "%s"}}
                """
                        .formatted(one, two, control));
        return new String[] {"--config", file.toString()};
    }

    /// As systemd does it: the daemon is killed, and started with what it had stored.
    @Test
    @SuppressWarnings("try") // ends early
    void systemdsStoreHoldsThem() throws Exception {
        Path notify = lab.workspace().file("notify");
        List<String> command = new ArrayList<>(List.of("perl", "-e", script(), notify.toString()));
        command.addAll(DaemonProcess.java(DaemonProcess.image()));
        command.addAll(List.of(configured()));
        Job manager = lab.add(lab.host().start(command, Map.of()));
        manager.awaitOutput("held 0 after READY=1", START);
        try (Fd vm = vfkit();
                Fd end = lease();
                NumberedFrames frames = new NumberedFrames(vm.number(), end.number())) {
            manager.awaitOutput("held 2 after FDSTORE=1", START);
            frames.awaitBoth();
            manager.awaitOutput("held 4 after FDSTORE=1", START);
            ProcessHandle first =
                    ProcessHandle.of(manager.pid())
                            .orElseThrow()
                            .children()
                            .findFirst()
                            .orElseThrow();
            first.destroyForcibly();
            frames.awaitBoth();
            manager.awaitOutput("kept over a restart", START);
            frames.close();
            end.close();
            manager.awaitOutput("held 3 after FDSTOREREMOVE=1 FDNAME=two.descriptor", START);
        }
    }

    private static String script() throws IOException {
        try (InputStream in = KeptLinksIT.class.getResourceAsStream("manager.pl")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), UTF_8);
        }
    }
}
