package switchd.daemon.cli;

import java.io.PrintWriter;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import switchd.core.Counters;
import switchd.core.DropCause;
import switchd.core.SwitchdException;
import switchd.daemon.Daemon;
import switchd.daemon.DaemonEvent;
import switchd.daemon.DaemonSpec;
import switchd.daemon.Ready;
import switchd.daemon.log.PortMessage;
import tools.jackson.databind.json.JsonMapper;

/// Runs a daemon until the process is told to stop.
final class Foreground {
    private static final Logger LOG = System.getLogger("switchd.daemon");
    private static final long START_MILLIS = 1_500;

    private final PrintWriter out;
    private final CompletableFuture<Daemon> started = new CompletableFuture<>();

    Foreground(PrintWriter out) {
        this.out = out;
    }

    /// @return the exit status where the daemon ends by itself, which is a failure
    int run(DaemonSpec spec) throws SwitchdException, InterruptedException {
        StopSignal signal = StopSignal.arm(this::stop, ExitStatus.OK);
        try (Daemon daemon = Daemon.start(spec, Foreground::log)) {
            daemon.notices().forEach(notice -> LOG.log(Level.WARNING, notice));
            out.println(JsonMapper.shared().writeValueAsString(Ready.of(daemon.status(), null)));
            out.flush();
            started.complete(daemon);
            daemon.awaitEnd();
            // Reached by a stop as well; the process is gone then before this returns.
            signal.disarm();
            return ExitStatus.SOFTWARE;
        } catch (SwitchdException | RuntimeException e) {
            if (signal.hasFired()) {
                Thread.sleep(Long.MAX_VALUE); // the process ends from there
            }
            signal.disarm();
            started.completeExceptionally(e);
            throw e;
        }
    }

    private void stop() {
        try {
            Daemon daemon = started.get(START_MILLIS, TimeUnit.MILLISECONDS);
            var traffic = daemon.traffic();
            daemon.close();
            traffic.forEach(Foreground::logTraffic);
        } catch (Exception e) {
            LOG.log(Level.WARNING, "stopped while starting or failing: " + e);
        }
    }

    private static void log(DaemonEvent event) {
        Level level = event.warning() ? Level.WARNING : Level.INFO;
        if (event.port() == null) {
            LOG.log(level, event.text());
        } else {
            LOG.log(level, new PortMessage(event.port(), event.event(), event.text()));
        }
    }

    private static void logTraffic(Daemon.Traffic traffic) {
        LOG.log(
                Level.INFO,
                traffic.name()
                        + ": to LAN "
                        + describe(traffic.toLan())
                        + "; to VM "
                        + describe(traffic.toVm()));
    }

    private static String describe(Counters counters) {
        StringBuilder text = new StringBuilder();
        text.append(counters.frames()).append(" frames, ");
        text.append(counters.bytes()).append(" bytes");
        String separator = ", dropped ";
        for (DropCause cause : DropCause.values()) {
            if (counters.drops(cause) > 0) {
                text.append(separator).append(cause.label()).append(' ');
                text.append(counters.drops(cause));
                separator = ", ";
            }
        }
        return text.toString();
    }
}
