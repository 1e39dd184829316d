package switchd.core;

/// Work that an [EventLoop] does once at a set time. Made once by its owner and set again and
/// again, so that the frame path makes no object. Used by the loop's thread alone.
public final class LoopTimer implements Comparable<LoopTimer> {
    private final EventLoop loop;
    private final Runnable work;
    private long deadline;
    private boolean set;

    LoopTimer(EventLoop loop, Runnable work) {
        this.loop = loop;
        this.work = work;
    }

    /// Has the work done `nanos` from this turn on; an earlier setting is forgotten.
    public void set(long nanos) {
        cancel();
        deadline = loop.now() + nanos;
        set = true;
        loop.timers().add(this);
    }

    /// Has nothing done.
    public void cancel() {
        if (set) {
            set = false;
            loop.timers().remove(this);
        }
    }

    /// True while its time has not come.
    boolean isSet() {
        return set;
    }

    /// Nanoseconds from `now` to the work; negative where it is due.
    long remaining(long now) {
        return deadline - now;
    }

    void fire() {
        set = false;
        work.run();
    }

    @Override
    public int compareTo(LoopTimer other) {
        return Long.signum(deadline - other.deadline);
    }
}
