package switchd.daemon;

import switchd.core.EventLoop;
import switchd.core.LoopTimer;

/// Work that a loop's thread does again and again, until the loop ends. Used by that thread alone.
final class Repeated {
    private final LoopTimer timer;
    private final long nanos;
    private final Runnable work;

    /// @param nanos from one time to the next
    Repeated(EventLoop loop, long nanos, Runnable work) {
        this.nanos = nanos;
        this.work = work;
        timer = loop.timer(this::begin);
    }

    /// Does the work, and sets the next time.
    void begin() {
        timer.set(nanos);
        work.run();
    }
}
