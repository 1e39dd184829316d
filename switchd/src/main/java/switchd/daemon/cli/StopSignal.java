package switchd.daemon.cli;

import java.util.concurrent.atomic.AtomicBoolean;
import switchd.daemon.StopTime;
import switchd.daemon.log.StderrLog;

/// What is to be done when the process is told to stop (SIGTERM, SIGINT, SIGHUP).
final class StopSignal {
    private final AtomicBoolean disarmed = new AtomicBoolean();
    private final AtomicBoolean fired = new AtomicBoolean();

    private StopSignal() {}

    /// Has `cleanUp` done on such a signal, after which the process ends with `status`.
    static StopSignal arm(Runnable cleanUp, int status) {
        StopSignal signal = new StopSignal();
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> signal.fire(cleanUp, status), "switchd-signal"));
        return signal;
    }

    /// As [#arm(Runnable, int)]; the process ends with 128 + the signal's number.
    static StopSignal arm(Runnable cleanUp) {
        StopSignal signal = new StopSignal();
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> signal.cleanUp(cleanUp), "switchd-signal"));
        return signal;
    }

    private void fire(Runnable cleanUp, int status) {
        if (cleanUp(cleanUp)) {
            // The JVM's own status would be 128 + the signal.
            Runtime.getRuntime().halt(status);
        }
    }

    private boolean cleanUp(Runnable cleanUp) {
        if (disarmed.get()) {
            return false;
        }
        fired.set(true);
        Thread work = Thread.ofPlatform().daemon().name("switchd-stop").start(cleanUp);
        try {
            work.join(StopTime.ALL_MILLIS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        StderrLog.flush(StopTime.LOG_MILLIS);
        return true;
    }

    /// True once the process has been told to stop: what fails from here on, fails for that.
    boolean hasFired() {
        return fired.get();
    }

    /// From here on the process ends as usual.
    void disarm() {
        disarmed.set(true);
    }
}
