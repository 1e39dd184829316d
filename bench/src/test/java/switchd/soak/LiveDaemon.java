package switchd.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import switchd.daemon.lab.Await;
import switchd.daemon.lab.Job;
import switchd.daemon.lab.Lab;

/// The daemon as a process in the lab's host namespace, started as `bin/switchd` starts it, again
/// and again. Its log is one file over all of its lives.
final class LiveDaemon {
    private static final Duration START = Duration.ofSeconds(90);
    private static final Pattern HEAP = Pattern.compile("->(\\d+)M\\(");
    private static final double MIB = 1 << 10; // the kernel gives KiB

    private final Lab lab;
    private final Path root;
    private final Path out;
    private final List<String> options;
    private volatile @Nullable Job job;
    private volatile int life;
    private volatile boolean ready;
    private volatile long startedAt;

    /// What one look at the process gives; NaN where it does not run.
    record Look(
            double descriptors, double threads, double residentMiB, double heapMiB, long ticks) {}

    /// @param root of the checkout that is built
    /// @param out where the log and those of the collector go
    LiveDaemon(Lab lab, Path root, Path out, String... options) {
        this.lab = lab;
        this.root = root;
        this.out = out;
        this.options = List.of(options);
    }

    /// Starts it, and returns when its ports are up. By one thread alone.
    @SuppressWarnings("NonAtomicVolatileUpdate")
    void start() {
        String script =
                "log=$1 gc=$2 lib=$3; shift 3; . \"$lib\"; jvm_options=-Xlog:gc:file=$gc:uptime;"
                        + " launch \"$@\" 2>>\"$log\"";
        life = life + 1;
        startedAt = System.nanoTime();
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT,HUP"));
        command.addAll(List.of("-u", "SUDO_UID", "-u", "SUDO_GID", "-u", "XDG_RUNTIME_DIR"));
        command.addAll(
                List.of("sh", "-c", script, "sh", log().toString(), collections().toString()));
        command.add(root.resolve("bin/lib/launch.sh").toString());
        command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
        command.add(root.resolve("switchd/target/image/lib").toString());
        command.addAll(options);
        Job started = lab.host().start(command, Map.of());
        job = started;
        started.awaitOutput("^\\{.*\\}$", START);
        ready = true;
    }

    /// When it was started last, by `System.nanoTime()`.
    long startedAt() {
        return startedAt;
    }

    Path log() {
        return out.resolve("daemon.log");
    }

    private Path collections() {
        return out.resolve("collections-" + life + ".log");
    }

    /// How often it was started.
    int life() {
        return life;
    }

    private Job running() {
        Job running = job;
        if (running == null) {
            throw new IllegalStateException("the daemon was not started");
        }
        return running;
    }

    /// Sends it a signal; to it alone, not to what it has started.
    void signal(String name) {
        try (Job kill = Job.start("kill", "-" + name, Long.toString(running().pid()))) {
            kill.awaitExit(Await.SHORT);
        }
    }

    /// Has it read its configuration anew, unless it has just been started.
    void reload() {
        if (ready) {
            signal("HUP");
        }
    }

    /// As `kill -9` does, and waits for its end.
    void kill() {
        ready = false;
        signal("KILL");
        awaitEnd(Await.SHORT);
    }

    /// Waits for its end, and returns its exit status.
    int awaitEnd(Duration patience) {
        return running().awaitExit(patience);
    }

    /// Looks at the process.
    Look look() {
        Job running = job;
        Look none = new Look(Double.NaN, Double.NaN, Double.NaN, Double.NaN, 0);
        if (running == null || !running.isAlive()) {
            return none;
        }
        Path process = Path.of("/proc", Long.toString(running.pid()));
        try (Stream<Path> descriptors = Files.list(process.resolve("fd"))) {
            double open = descriptors.count();
            String status = Files.readString(process.resolve("status"));
            String stat = Files.readString(process.resolve("stat"));
            // After the name, which may hold anything: utime is the 12th word, stime the 13th.
            String[] words = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return new Look(
                    open,
                    number(status, "Threads"),
                    number(status, "VmRSS") / MIB,
                    heap(),
                    Long.parseLong(words[11]) + Long.parseLong(words[12]));
        } catch (IOException _) {
            return none; // it has just ended
        }
    }

    private static double number(String status, String key) {
        return Pattern.compile("^" + key + ":\\s+(\\d+)", Pattern.MULTILINE)
                .matcher(status)
                .results()
                .mapToDouble(found -> Double.parseDouble(found.group(1)))
                .findFirst()
                .orElse(Double.NaN);
    }

    private double heap() throws IOException {
        Path file = collections();
        if (!Files.exists(file)) {
            return Double.NaN;
        }
        return HEAP.matcher(Files.readString(file))
                .results()
                .map(MatchResult::group)
                .map(text -> text.replaceAll("\\D", ""))
                .mapToDouble(Double::parseDouble)
                .reduce(Double.NaN, (_, last) -> last);
    }

    /// What it has logged so far.
    String logged() {
        try {
            return Files.exists(log()) ? Files.readString(log(), StandardCharsets.UTF_8) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
