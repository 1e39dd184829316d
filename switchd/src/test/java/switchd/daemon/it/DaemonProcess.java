package switchd.daemon.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import switchd.daemon.Ready;
import switchd.daemon.lab.Await;
import switchd.daemon.lab.Job;
import switchd.daemon.lab.Lab;
import tools.jackson.databind.json.JsonMapper;

/// The daemon as a process of its own in a lab's host namespace, run as `bin/switchd` runs it, from
/// the image that the build has made.
final class DaemonProcess implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(20);
    private static final Duration STOP = Duration.ofSeconds(2);
    private static final AtomicInteger COUNTER = new AtomicInteger();

    // The caller's own settings are not what is tested.
    private static final List<String> CLEAN =
            List.of(
                    "env",
                    // A shell has its background jobs ignore it, and whatever they start.
                    "--default-signal=INT",
                    "-u",
                    "SUDO_UID",
                    "-u",
                    "SUDO_GID",
                    "-u",
                    "XDG_RUNTIME_DIR");

    private final Job job;
    private final Path log;

    private DaemonProcess(Job job, Path log) {
        this.job = job;
        this.log = log;
    }

    /// A command that has ended.
    ///
    /// @param status its exit status
    /// @param out what it wrote to stdout
    /// @param err what it wrote to stderr
    record Ended(int status, String out, String err) {}

    /// Starts the daemon as root and waits until its ports are up. Ends with the lab, at the
    /// latest.
    static DaemonProcess start(Lab lab, String... options) {
        return startBy(lab, List.of(), image(), options);
    }

    /// As above, by another user.
    ///
    /// @param user words of a command that becomes the user and runs the rest of its arguments
    /// @param image folder of jars that the user may read
    static DaemonProcess startBy(Lab lab, List<String> user, Path image, String... options) {
        DaemonProcess daemon = launch(lab, user, image, options);
        try {
            daemon.job.awaitOutput("^\\{.*\\}$", START);
            return daemon;
        } catch (AssertionError e) {
            daemon.close();
            throw new AssertionError(e.getMessage() + "and to stderr:\n" + daemon.log(), e);
        }
    }

    /// Runs the command as root to its end, which must come by itself.
    static Ended run(Lab lab, String... options) {
        return runBy(lab, List.of(), image(), options);
    }

    /// As above, by another user.
    static Ended runBy(Lab lab, List<String> user, Path image, String... options) {
        try (DaemonProcess daemon = launch(lab, user, image, options)) {
            int status = daemon.job.awaitExit(START);
            return new Ended(status, daemon.out(), daemon.log());
        }
    }

    /// Starts the command and does not wait for anything. Ends with the lab, at the latest.
    static DaemonProcess launch(Lab lab, String... options) {
        return launch(lab, List.of(), image(), options);
    }

    /// Runs the command to its end, which must come by itself within `patience`.
    ///
    /// @param user words of a command that runs the rest of its arguments
    static Ended runBy(Lab lab, List<String> user, Duration patience, String... options) {
        try (DaemonProcess daemon = launch(lab, user, image(), options)) {
            return daemon.awaitEnd(patience);
        }
    }

    /// Waits for its end.
    Ended awaitEnd(Duration patience) {
        int status = job.awaitExit(patience);
        return new Ended(status, out(), log());
    }

    private static DaemonProcess launch(Lab lab, List<String> user, Path image, String... options) {
        Path log = lab.workspace().file("switchd-" + COUNTER.incrementAndGet() + ".log");
        // The two streams are told apart; `exec` keeps the process id.
        List<String> split = List.of("sh", "-c", "exec \"$@\" 2>\"$0\"", log.toString());
        List<String> command =
                Stream.of(split, CLEAN, user, java(image), Arrays.asList(options))
                        .flatMap(List::stream)
                        .toList();
        return lab.add(new DaemonProcess(lab.host().start(command, Map.of()), log));
    }

    /// The command that runs the jars in `image`.
    static List<String> java(Path image) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return List.of(
                java,
                // As launch.sh has it.
                "-XX:AOTCache=" + cache(image),
                "-Xlog:aot=off",
                // Most runs here are short: half the time to the first line.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xms8m",
                "-Xmx64m",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:+DisplayVMOutputToStderr",
                "-XX:-UsePerfData",
                "--enable-native-access=switchd.posix,org.newsclub.net.unix",
                "-Dfile.encoding=UTF-8",
                "-p",
                image.toString(),
                "-m",
                "switchd.daemon/switchd.daemon.cli.Main");
    }

    /// The folder of jars that `mvn package` makes.
    static Path image() {
        Path image = Path.of(System.getProperty("basedir", ""), "target/image/lib");
        if (!Files.isDirectory(image)) {
            throw new IllegalStateException(image.toAbsolutePath() + " is missing: mvn package");
        }
        return image.toAbsolutePath();
    }

    /// What the build keeps of loaded classes, beside a folder of jars. A file that is not there,
    /// or does not fit, is no error.
    static Path cache(Path image) {
        return image.resolveSibling("switchd.aot");
    }

    long pid() {
        return job.pid();
    }

    boolean isAlive() {
        return job.isAlive();
    }

    /// What it wrote to stdout so far.
    String out() {
        return job.output();
    }

    /// What it wrote to stderr so far.
    String log() {
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Waits for a line of the log in which `regex` is found, and gives the match.
    MatchResult awaitLog(String regex) {
        Pattern pattern = Pattern.compile(regex, Pattern.MULTILINE);
        List<MatchResult> found = new ArrayList<>();
        Await.until(
                "'" + regex + "' in the log",
                Await.SHORT,
                () -> {
                    pattern.matcher(log()).results().findFirst().ifPresent(found::add);
                    return !found.isEmpty();
                });
        return found.getFirst();
    }

    /// What it said of itself when its ports were up.
    Ready status() {
        return JsonMapper.shared().readValue(out(), Ready.class);
    }

    /// The socket of a port.
    Path socket(String port) {
        return status().ports().stream()
                .filter(status -> status.name().equals(port))
                .map(status -> Path.of(status.socket()))
                .findFirst()
                .orElseThrow();
    }

    /// The directory that a port's socket lies in.
    Path directory(String port) {
        return Objects.requireNonNull(socket(port).getParent());
    }

    /// Ends it as an operator does; fails where that takes more than 2 s or gives another status
    /// than 0.
    ///
    /// @return what has gone through its ports
    Traffic.Ports stop() {
        return stop("TERM");
    }

    /// As above.
    ///
    /// @param signal `TERM` or `INT`
    Traffic.Ports stop(String signal) {
        signal(signal);
        return awaitStop();
    }

    /// Waits for its end, when it was told to stop just now; as above.
    Traffic.Ports awaitStop() {
        int status = job.awaitExit(STOP);
        assertThat(status).as("exit status; it logged:%n%s", log()).isZero();
        return Traffic.read(log());
    }

    /// Ends it as `kill -9` does.
    void kill() {
        job.kill();
    }

    /// Sends it a signal.
    void signal(String name) {
        Job kill = Job.start("kill", "-" + name, Long.toString(job.pid()));
        assertThat(kill.awaitExit(Await.SHORT)).isZero();
    }

    /// Kills it if it still runs. Closing twice is no error.
    @Override
    public void close() {
        job.close();
    }
}
