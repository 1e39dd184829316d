package switchd.daemon.cli;

import java.util.concurrent.atomic.AtomicBoolean;

/// What is to be done when the process is told to stop (SIGTERM, SIGINT, SIGHUP).
final class StopSignal {
    private final AtomicBoolean disarmed = new AtomicBoolean();
    private final AtomicBoolean fired = new AtomicBoolean();

    private StopSignal() {}

    /// Has `cleanUp` done on such a signal, after which the process ends with `status`.
    static StopSignal arm(Runnable cleanUp, int status) {
        StopSignal signal = new StopSignal();
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> signal.fire(cleanUp, status), "switchd-stop"));
        return signal;
    }

    private void fire(Runnable cleanUp, int status) {
        if (disarmed.get()) {
            return;
        }
        fired.set(true);
        cleanUp.run();
        System.out.flush();
        System.err.flush();
        // The JVM's own status would be 128 + the signal.
        Runtime.getRuntime().halt(status);
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
