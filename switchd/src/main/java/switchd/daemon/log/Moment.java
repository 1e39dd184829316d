package switchd.daemon.log;

import java.time.Instant;

/// A point of time, by two clocks: what is waited for and counted goes by the one that nobody sets.
///
/// @param time by the wall clock, for readers
/// @param nanos as `System.nanoTime()`
record Moment(Instant time, long nanos) {
    static Moment now() {
        return new Moment(Instant.now(), System.nanoTime());
    }

    /// Nanoseconds from `earlier` to this.
    long since(Moment earlier) {
        return nanos - earlier.nanos;
    }
}
