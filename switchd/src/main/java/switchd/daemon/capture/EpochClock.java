package switchd.daemon.capture;

import java.time.Instant;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// Nanoseconds since 1970 that never go back between two looks at the wall clock and do not jump by
/// its resolution. Reading it allocates nothing, but once a second.
final class EpochClock {
    private static final long LOOK_NANOS = 1_000_000_000;

    /// The wall clock is followed where it has been set, not where it is read a little later.
    private static final long TOLERANCE_NANOS = 1_000_000;

    private final LongSupplier nanos;
    private final Supplier<Instant> wall;
    private long offset;
    private long looked;

    /// @param nanos as `System::nanoTime`
    /// @param wall as `Instant::now`
    EpochClock(LongSupplier nanos, Supplier<Instant> wall) {
        this.nanos = nanos;
        this.wall = wall;
        looked = nanos.getAsLong();
        offset = offset(looked);
    }

    /// The time.
    long now() {
        long now = nanos.getAsLong();
        if (now - looked >= LOOK_NANOS) {
            looked = now;
            long seen = offset(now);
            if (Math.abs(seen - offset) > TOLERANCE_NANOS) {
                offset = seen;
            }
        }
        return now + offset;
    }

    private long offset(long now) {
        Instant instant = wall.get();
        return instant.getEpochSecond() * 1_000_000_000 + instant.getNano() - now;
    }
}
