package switchd.bench.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import switchd.bench.rig.Scenario.Field;
import switchd.daemon.lab.Job;
import switchd.daemon.lab.Lab;

/// The shipped program itself: how long it takes to start, and what it takes.
final class Starting {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
    private static final Duration GONE = Duration.ofMillis(500);
    private static final double KIB = 1024;

    private final Site site;

    private Starting(Site site) {
        this.site = site;
    }

    /// The same daemon twice: the others are started and ended as they are measured.
    static Field field(Site site) {
        Peers peers = new Peers(site);
        Starting starting = new Starting(site);
        return new Field(
                List.of(peers.bridged("switchd", 1), peers.bridged("switchd again", 1)),
                List.of(
                        new Cell("--version", (_, _) -> starting.whole("--version")),
                        new Cell(
                                "status",
                                (who, _) -> starting.whole("status", "--control", who.control())),
                        new Cell("start to ready", (_, _) -> starting.ready()),
                        new Cell("attach", (who, _) -> starting.attach(who)),
                        new Cell("resident, one idle port", (_, _) -> starting.residentIdle()),
                        new Cell("resident, after traffic", (who, _) -> resident(who))));
    }

    /// A command from its start to its end.
    private Sample whole(String... words) {
        long start = System.nanoTime();
        try (Job job = site.lab().host().start(site.switchd(List.of(words)), Map.of())) {
            int status = job.awaitExit(PATIENCE);
            double millis = (System.nanoTime() - start) / 1e6;
            String fault = status == 0 ? "" : "exit status " + status + ": " + job.output();
            return new Sample(Map.of(Metric.MILLIS, millis), Double.NaN, fault);
        }
    }

    /// A daemon with one port, from its start to the line that says that VMs may come.
    private Sample ready() {
        long start = System.nanoTime();
        try (Job _ = fresh()) {
            return Sample.of(Metric.MILLIS, (System.nanoTime() - start) / 1e6);
        }
    }

    private Job fresh() {
        return site.daemon(
                site.controlSocket(),
                List.of("--bridge", Lab.BRIDGE, "--socket", site.socket(site.next())));
    }

    /// A VM that comes when none is there: from its first frame to that frame's arrival in the LAN.
    private Sample attach(Contestant who) {
        // That the last one has gone takes the daemon 250 ms to find out.
        LockSupport.parkNanos(GONE.toNanos());
        double micros =
                site.traffic("flow", who.near(), who.far(), who, 0.01)
                        .path("attachMicros")
                        .asDouble();
        return Sample.of(Metric.MILLIS, micros / 1e3);
    }

    private Sample residentIdle() {
        try (Job job = fresh()) {
            return resident(new Contestant("", List.of(), List.of(), List.of(job.pid())));
        }
    }

    private static Sample resident(Contestant who) {
        Path status = Path.of("/proc", who.processes().getFirst().toString(), "status");
        try {
            Matcher resident = RESIDENT.matcher(Files.readString(status));
            double kib = resident.find() ? Double.parseDouble(resident.group(1)) : Double.NaN;
            return Sample.of(Metric.MEBIBYTES, kib / KIB);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
