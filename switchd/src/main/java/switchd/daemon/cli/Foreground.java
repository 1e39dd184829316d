package switchd.daemon.cli;

import java.io.PrintWriter;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import switchd.core.Counters;
import switchd.core.DropCause;
import switchd.core.SwitchdException;
import switchd.daemon.Daemon;
import switchd.daemon.DaemonEvent;
import switchd.daemon.Operations;
import switchd.daemon.Ready;
import switchd.daemon.StopTime;
import switchd.daemon.config.LogConfig;
import switchd.daemon.config.Plan;
import switchd.daemon.config.Reloader;
import switchd.daemon.control.Control;
import switchd.daemon.keep.LinkKeeping;
import switchd.daemon.log.LogFormat;
import switchd.daemon.log.PortMessage;
import switchd.daemon.log.StderrLog;
import switchd.daemon.metrics.MetricsAddress;
import switchd.daemon.metrics.MetricsServer;
import switchd.daemon.metrics.MetricsText;
import switchd.daemon.service.Supervisor;
import switchd.daemon.words.JsonText;
import switchd.launchd.Watchdog;

/// Runs a daemon until the process is told to stop.
final class Foreground {
    private static final Logger LOG = System.getLogger("switchd.daemon");

    private final PrintWriter out;
    private final boolean verbose;

    /// Set before the daemon is.
    private volatile @Nullable Supervisor supervisor;

    private final CompletableFuture<Daemon> started = new CompletableFuture<>();
    private volatile @Nullable Control control;
    private volatile @Nullable LinkKeeping links;

    /// Wakes the thread that has started the daemon: there is something to do that may wait.
    private final Semaphore bell = new Semaphore(0);

    /// True where an operator has ended it: no VM is to wait for the next one.
    private volatile boolean forGood;

    /// @param verbose whether more is logged than the configuration says
    Foreground(PrintWriter out, boolean verbose) {
        this.out = out;
        this.verbose = verbose;
    }

    /// @param source of what is wanted; read again on SIGHUP where there is a file
    /// @return the exit status where the daemon ends by itself, which is a failure
    int run(Plan.Source source) throws SwitchdException, InterruptedException {
        Plan plan = logged(source);
        @Nullable MetricsAddress metrics = metricsAddress(plan);
        Reloader reloader = null;
        if (plan.settings().file() != null) {
            reloader = new Reloader(() -> logged(source), plan, bell::release);
            Reloader onHangUp = reloader;
            HangUp.handle(() -> {
                var _ = onHangUp.request(() -> {});
            });
        } else if (!Terminal.isStdout()) {
            HangUp.handle(() -> LOG.log(Level.WARNING, "SIGHUP: " + ControlHooks.NO_FILE));
        }
        Thread starter = Thread.currentThread();
        StopSignal signal = StopSignal.arm(() -> stop(starter), ExitStatus.OK);
        try (Supervisor manager = Supervisor.open();
                Control listening =
                        OwnControl.of(plan.settings(), manager.controlSockets()).listen();
                LinkKeeping keeping = keeping(plan, manager, listening);
                Daemon daemon = Daemon.start(plan.daemon(), keeping.takeBack(), Foreground::log);
                @Nullable MetricsServer _ = serve(metrics, daemon)) {
            supervisor = manager;
            links = keeping;
            control = listening;
            plan.settings().notices().forEach(notice -> LOG.log(Level.WARNING, notice));
            daemon.notices().forEach(notice -> LOG.log(Level.WARNING, notice));
            if (listening != null) {
                listening.serve(daemon, new ControlHooks(reloader, () -> forGood = true));
            }
            String path = listening == null ? null : listening.path().toString();
            started.complete(daemon); // from here on a stop closes it, whoever reads the next line
            out.println(JsonText.line(Ready.of(daemon.status(), path)));
            out.flush();
            tellReady(manager, daemon);
            Watchdog watchdog = manager.watchdog();
            if (watchdog != null) {
                daemon.every(watchdog.periodNanos(), watchdog::feed);
            }
            if (reloader != null) {
                reloader.tell(manager::reloading, () -> tellReady(manager, daemon));
            }
            serve(daemon, reloader, keeping);
            // Reached by a stop as well; the process is gone then before this returns.
            signal.disarm();
            return ExitStatus.SOFTWARE;
        } catch (SwitchdException | RuntimeException | InterruptedException e) {
            started.completeExceptionally(e);
            if (signal.hasFired()) {
                boolean _ = Thread.interrupted();
                Thread.sleep(Long.MAX_VALUE); // the process ends from there
            }
            signal.disarm();
            throw e;
        }
    }

    /// Works for the daemon until it has ended.
    private void serve(Daemon daemon, @Nullable Reloader reloader, LinkKeeping keeping)
            throws InterruptedException {
        var _ = daemon.ended().thenRun(bell::release);
        boolean ended;
        do {
            boolean _ = bell.tryAcquire(keeping.pauseMillis(), TimeUnit.MILLISECONDS);
            ended = daemon.ended().isDone();
            if (reloader != null) {
                reloader.serve(daemon);
            }
            keeping.serve();
        } while (!ended);
    }

    private LinkKeeping keeping(Plan plan, Supervisor manager, @Nullable Control listening) {
        return LinkKeeping.open(
                manager,
                listening == null ? null : listening.path(),
                plan.settings().config().keepSockets(),
                bell::release);
    }

    private static @Nullable MetricsAddress metricsAddress(Plan plan) throws SwitchdException {
        String address = plan.settings().config().metrics();
        return address == null ? null : MetricsAddress.parse(address);
    }

    private static @Nullable MetricsServer serve(@Nullable MetricsAddress address, Daemon daemon)
            throws SwitchdException {
        if (address == null) {
            return null;
        }
        address.notice().ifPresent(notice -> LOG.log(Level.WARNING, notice));
        return MetricsServer.start(address, () -> MetricsText.of(daemon.status()));
    }

    private static void tellReady(Supervisor manager, Daemon daemon) {
        try {
            manager.ready("ports: " + daemon.status().ports().size());
        } catch (SwitchdException | RejectedExecutionException _) {
            // It has ended meanwhile.
        }
    }

    /// A plan; the log goes by it from here on.
    private Plan logged(Plan.Source source) throws SwitchdException {
        Plan plan = source.read();
        LogConfig log = plan.settings().config().log();
        boolean debug = verbose || (log != null && log.level() == LogConfig.Level.DEBUG);
        StderrLog.level(debug ? Level.DEBUG : Level.INFO);
        boolean json = log != null && log.format() == LogConfig.Format.JSON;
        StderrLog.format(json ? LogFormat.JSON : LogFormat.TEXT);
        return plan;
    }

    private void stop(Thread starter) {
        if (!started.isDone()) {
            starter.interrupt(); // it gives back what it has opened so far
        }
        try {
            close(started.get(StopTime.START_MILLIS, TimeUnit.MILLISECONDS));
        } catch (Exception e) {
            LOG.log(Level.WARNING, "stopped while starting or failing: " + e);
        }
        Control last = control;
        if (last != null) {
            last.close(); // last: who waits for the end sees it
        }
    }

    /// Never waits for anybody but the loop, and for that for a bounded time.
    private void close(Daemon daemon) {
        Supervisor manager = supervisor;
        if (manager != null) {
            manager.stopping();
        }
        LinkKeeping keeping = links;
        if (forGood && keeping != null) {
            keeping.dismiss();
        }
        var traffic = daemon.ask(Operations::traffic);
        daemon.close();
        if (traffic.state() == Future.State.SUCCESS) {
            traffic.join().forEach(Foreground::logTraffic);
        }
    }

    private static void log(DaemonEvent event) {
        if (event.event().equals(DaemonEvent.STARTED)) {
            return; // the line on stdout says so when all is open
        }
        Level level = event.warning() ? Level.WARNING : Level.INFO;
        if (event.port() == null) {
            event.text().lines().forEach(line -> LOG.log(level, line));
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
