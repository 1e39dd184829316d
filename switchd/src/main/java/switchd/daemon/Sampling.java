package switchd.daemon;

import switchd.core.EventLoop;
import switchd.core.LoopTimer;

/// Has the rates of all ports that are up taken once in a second.
///
/// Used by the loop's thread alone.
final class Sampling {
    private static final long NANOS = 1_000_000_000;

    private final EventLoop loop;
    private final Ports ports;
    private final LoopTimer timer;
    private long sampledAt;

    /// Starts it.
    Sampling(EventLoop loop, Ports ports) {
        this.loop = loop;
        this.ports = ports;
        this.timer = loop.timer(this::sample);
        this.sampledAt = loop.now();
        timer.set(NANOS);
    }

    private void sample() {
        double seconds = (loop.now() - sampledAt) / (double) NANOS;
        sampledAt = loop.now();
        ports.running().forEach(port -> port.rates().sample(seconds));
        timer.set(NANOS);
    }

    /// Ends it.
    void end() {
        timer.cancel();
    }
}
