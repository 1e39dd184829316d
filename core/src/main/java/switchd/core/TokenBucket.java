package switchd.core;

import java.math.BigInteger;

/// How much may pass in a time, and how much at once. Used by the loop's thread alone; taking
/// allocates nothing.
///
/// Kept as time, in integers: what passes makes a debt of as many picoseconds as it needs at the
/// full rate; the debt shrinks as time goes by and must not exceed what the burst needs.
final class TokenBucket {
    private static final long PICOS_IN_NANO = 1_000;
    private static final long PICOS_IN_SECOND = 1_000_000_000_000L;

    /// So that no sum overflows.
    private static final long MOST_DEBT = Long.MAX_VALUE / 4;

    private final long perSecond;
    private final long mostDebt;
    private long debt;
    private long at;

    /// @param perSecond units a second, at least 1
    /// @param burst units at once; at least the most that is taken at once
    /// @param now nanoseconds
    TokenBucket(long perSecond, long burst, long now) {
        this.perSecond = perSecond;
        this.mostDebt =
                BigInteger.valueOf(burst)
                        .multiply(BigInteger.valueOf(PICOS_IN_SECOND))
                        .divide(BigInteger.valueOf(perSecond))
                        .min(BigInteger.valueOf(MOST_DEBT))
                        .longValue();
        this.at = now;
    }

    /// Lets `units` pass, at most 9 million, or does nothing.
    ///
    /// @param now nanoseconds, never before that of the last call
    /// @return false where they are too many now
    boolean take(long units, long now) {
        long cost = units * PICOS_IN_SECOND / perSecond;
        long left = debt - Math.min(now - at, debt / PICOS_IN_NANO + 1) * PICOS_IN_NANO;
        long owed = Math.max(left, 0) + cost;
        if (owed > mostDebt) {
            return false;
        }
        debt = owed;
        at = now;
        return true;
    }
}
