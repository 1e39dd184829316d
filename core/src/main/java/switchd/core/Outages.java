package switchd.core;

/// How often a port was without its uplink, and for how long. One that lasts still does not count.
///
/// @param repairs how often the uplink came back
/// @param lastNanos how long it was away the last time, in nanoseconds; 0 where it never was
/// @param totalNanos how long it was away altogether, in nanoseconds
public record Outages(int repairs, long lastNanos, long totalNanos) {
    /// There was none.
    public static final Outages NONE = new Outages(0, 0, 0);

    /// One more, of `nanos`.
    Outages plus(long nanos) {
        return new Outages(repairs + 1, nanos, totalNanos + nanos);
    }
}
