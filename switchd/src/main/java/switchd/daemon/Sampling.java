package switchd.daemon;

import java.util.List;
import switchd.core.EventLoop;
import switchd.core.LoopTimer;

/// Has the rates of a loop's ports taken once in a second.
///
/// Used by the loop's thread alone.
final class Sampling {
    private static final long NANOS = 1_000_000_000;

    private final EventLoop loop;
    private final List<RunningPort> ports;
    private final LoopTimer timer;
    private long sampledAt;

    /// Starts it.
    ///
    /// @param ports those that are up, at any time
    Sampling(EventLoop loop, List<RunningPort> ports) {
        this.loop = loop;
        this.ports = ports;
        this.timer = loop.timer(this::sample);
        this.sampledAt = loop.now();
        timer.set(NANOS);
    }

    private void sample() {
        double seconds = (loop.now() - sampledAt) / (double) NANOS;
        sampledAt = loop.now();
        ports.forEach(port -> port.rates().sample(seconds));
        timer.set(NANOS);
    }

    /// Ends it.
    void end() {
        timer.cancel();
    }
}
