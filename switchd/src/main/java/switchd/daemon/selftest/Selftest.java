package switchd.daemon.selftest;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import switchd.core.PermissionException;
import switchd.core.SwitchdException;
import switchd.daemon.LoopThread;
import switchd.daemon.Version;
import switchd.daemon.host.Writer;
import switchd.daemon.selftest.Report.Result;
import switchd.posix.FileStatus;
import switchd.posix.Posix;

/// The self-test: a bridge of its own, the daemon on it, three VMs, and one check after the other,
/// with each way that the host has to write frames.
///
/// What cannot be set up fails as a check does, and what would have come after it is reported as
/// not run. [#close()] may come from another thread meanwhile.
public final class Selftest implements AutoCloseable {
    private final TestBed bed;
    private final List<Writer> writers;
    private final boolean keep;
    private final Parts parts = new Parts();
    private final List<Report.Row> rows = new ArrayList<>();
    private final List<Report.Figures> figures = new ArrayList<>();
    private final List<String> directories = new ArrayList<>();
    private final Queue<String> events = new ConcurrentLinkedQueue<>();
    private @Nullable Integer hostAddress;

    /// @param writers the ways to write frames to look at
    /// @param keep whether what was made stays when [#run()] is through
    public Selftest(TestBed bed, List<Writer> writers, boolean keep) {
        this.bed = bed;
        this.writers = List.copyOf(writers);
        this.keep = keep;
    }

    /// Makes all checks and removes what they made.
    ///
    /// @throws PermissionException without the privileges it takes; nothing is left behind
    public Report run() throws PermissionException {
        Instant started = Instant.now();
        long start = System.nanoTime();
        boolean built = row("bridge", "", "ports have no bridge to be on", this::buildBed);
        step(
                built,
                "host stack's address",
                "",
                "the bridge",
                "the host's stack cannot be looked at",
                this::giveAddress);
        for (int i = 0; i < writers.size(); i++) {
            onStage(writers.get(i), built, i == writers.size() - 1);
        }
        List<String> standing = end(built);
        boolean failed = rows.stream().anyMatch(row -> row.result() == Result.FAILED);
        return new Report(
                Report.FORMAT,
                Version.current(),
                bed.describe(),
                started.truncatedTo(ChronoUnit.SECONDS).toString(),
                Math.round((System.nanoTime() - start) / 1e8) / 10.0,
                failed ? Result.FAILED : Result.PASSED,
                List.copyOf(rows),
                List.copyOf(figures),
                List.copyOf(events),
                standing);
    }

    private String buildBed() throws Exception {
        parts.atEnd(bed::close);
        return parts.make(
                () -> {
                    bed.build();
                    return bed.bridge().value();
                },
                _ -> () -> {});
    }

    private String giveAddress() throws Exception {
        hostAddress = bed.giveAddress();
        if (hostAddress == null) {
            throw CheckException.notRun("the host's stack has no address on this bridge");
        }
        return IpFrame.text(hostAddress) + "/24";
    }

    private void onStage(Writer writer, boolean built, boolean last) throws PermissionException {
        String name = bed.nameOf(writer);
        Stage stage = new Stage(bed, writer, events);
        parts.atEnd(stage::close);
        boolean ready =
                step(built, "ports", name, "the bridge", "no port can be had", stage::openPorts);
        ready =
                step(
                        ready,
                        "VMs attach",
                        name,
                        "opening the ports",
                        "no VM tool can attach; report it",
                        () -> attach(stage));
        List<Check> checks = new ArrayList<>(FrameChecks.all());
        checks.addAll(HostStackChecks.all(hostAddress));
        checks.addAll(LifeChecks.all());
        for (Check check : checks) {
            step(
                    ready,
                    check.name(),
                    name,
                    "setting up the ports",
                    check.meaning(),
                    () -> check.body().look(stage));
        }
        step(
                ready,
                "frames per second, latency",
                name,
                "setting up the ports",
                "frames get lost under load, or one by one; report it",
                () -> measure(stage, name));
        if (!(keep && last)) {
            row("ports closed", name, "interfaces may be left; report it", () -> closed(stage));
        }
    }

    private String attach(Stage stage) throws Exception {
        directories.addAll(stage.directories());
        stage.attachVms();
        return "";
    }

    private String measure(Stage stage, String writer) throws Exception {
        Report.Figures taken = Measurements.take(stage, writer);
        figures.add(taken);
        StringBuilder text = new StringBuilder();
        for (Report.Rate rate : taken.rates()) {
            text.append(
                    String.format(
                            Locale.ROOT,
                            "%,d/s of %d bytes, ",
                            rate.framesPerSecond(),
                            rate.frameBytes()));
            if (rate.framesPerSecond() == 0) {
                throw CheckException.failed("no frame of " + rate.frameBytes() + " bytes arrived");
            }
        }
        Report.Latency latency = taken.latency();
        return text.append(
                        String.format(
                                Locale.ROOT,
                                "added µs p50 %.1f, p99 %.1f",
                                latency.addedP50(),
                                latency.addedP99()))
                .toString();
    }

    private static String closed(Stage stage) throws SwitchdException {
        stage.close();
        return "";
    }

    /// Removes everything, or keeps it and says how to remove it.
    private List<String> end(boolean built) throws PermissionException {
        List<String> standing = new ArrayList<>();
        if (keep && built) {
            row(
                    "kept",
                    "",
                    "remove by hand what was made",
                    () -> {
                        standing.addAll(bed.keep());
                        directories.stream()
                                .distinct()
                                .map(path -> "sudo rm -r " + path)
                                .forEach(standing::add);
                        parts.keep();
                        return bed.bridge().value();
                    });
            return List.copyOf(standing);
        }
        row(
                "nothing is left",
                "",
                "remove by hand what is named; report it",
                () -> {
                    close();
                    List<String> remains = new ArrayList<>(bed.remains());
                    remains.addAll(remainingDirectories());
                    if (!remains.isEmpty()) {
                        throw CheckException.failed("still there: " + String.join(", ", remains));
                    }
                    return "";
                });
        return List.of();
    }

    private List<String> remainingDirectories() throws SwitchdException {
        LoopThread thread = LoopThread.start("selftest-files", bed.host(Writer.AUTO));
        try {
            return thread.ask(() -> {
                Posix posix = thread.context().host().posix();
                List<String> found = new ArrayList<>();
                for (String directory : directories) {
                    if (FileStatus.of(posix, directory) != null) {
                        found.add(directory);
                    }
                }
                return found;
            });
        } finally {
            thread.stop();
        }
    }

    private boolean step(
            boolean possible,
            String check,
            String writer,
            String before,
            String meaning,
            Callable<String> body)
            throws PermissionException {
        if (possible) {
            return row(check, writer, meaning, body);
        }
        rows.add(new Report.Row(check, writer, Result.NOT_RUN, before + " has failed", null));
        return false;
    }

    /// Makes a check and adds its row.
    ///
    /// @return false where it has failed
    private boolean row(String check, String writer, String meaning, Callable<String> body)
            throws PermissionException {
        try {
            String detail = body.call();
            rows.add(new Report.Row(check, writer, Result.PASSED, detail, null));
            return true;
        } catch (PermissionException e) {
            closeQuietly(e);
            throw e;
        } catch (CheckException e) {
            boolean failed = e.result() == Result.FAILED;
            String detail = failed ? "" : String.valueOf(e.getMessage());
            Report.Failure failure = failed ? Failures.of(e, meaning) : null;
            rows.add(new Report.Row(check, writer, e.result(), detail, failure));
            return !failed;
        } catch (Exception e) {
            rows.add(new Report.Row(check, writer, Result.FAILED, "", Failures.of(e, meaning)));
            return false;
        }
    }

    private void closeQuietly(Exception cause) {
        try {
            close();
        } catch (SwitchdException e) {
            cause.addSuppressed(e);
        }
    }

    /// Removes what was made. Closing twice is no error.
    @Override
    public void close() throws SwitchdException {
        parts.close();
    }
}
