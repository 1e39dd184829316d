package switchd.core;

/// How soon something is repaired that somebody or something goes on to break: at first at once,
/// then ever more slowly. Used by the loop's thread alone.
public final class RepairPace {
    /// Between the first two tries, in nanoseconds.
    static final long FIRST = 10_000_000;

    /// Between any two.
    static final long LONGEST = 2_000_000_000;

    /// What has held for so long is repaired at once again.
    static final long STEADY = 10_000_000_000L;

    private long triedAt;
    private long pause;

    /// True where it is time to try; the next time is later then.
    ///
    /// @param now the loop's time
    public boolean takesTurn(long now) {
        long since = now - triedAt;
        if (pause > 0 && since < pause) {
            return false;
        }
        boolean fresh = pause == 0 || since > STEADY;
        pause = fresh ? FIRST : Math.min(2 * pause, LONGEST);
        triedAt = now;
        return true;
    }
}
