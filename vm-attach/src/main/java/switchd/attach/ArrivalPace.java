package switchd.attach;

/// How often VMs come to a port's path.
///
/// Whoever comes costs the other ports of the loop a millisecond or so: sockets, files, a new link.
/// A VM that dies and returns as fast as it can is therefore let in a few times at once, and from
/// then on once between two looks; meanwhile what it sends waits at the path. Used by the loop's
/// thread alone.
final class ArrivalPace {
    /// Between two looks, in nanoseconds.
    static final long LOOK_NANOS = 250_000_000;

    private static final int AT_ONCE = 8;

    private final int most;
    private int left;

    /// @param most who may come one right after the other
    ArrivalPace(int most) {
        this.most = most;
        this.left = most;
    }

    /// Eight at once, then four a second.
    static ArrivalPace usual() {
        return new ArrivalPace(AT_ONCE);
    }

    /// Counts one who comes.
    void arrived() {
        left--;
    }

    /// True where nobody else is let in until the next look.
    boolean isSpent() {
        return left <= 0;
    }

    /// Lets one more in.
    void look() {
        left = Math.min(Math.max(left, 0) + 1, most);
    }
}
