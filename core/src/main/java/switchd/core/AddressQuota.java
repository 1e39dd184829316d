package switchd.core;

/// How many places of a [ForwardingTable] a port has, and may have. Used by the loop's thread
/// alone.
final class AddressQuota {
    /// A quarter of a network's table.
    static final int USUAL = 1024;

    private int most;

    /// Those that are old included, until they are swept out.
    int used;

    /// The loop's time at which old ones were last swept out.
    long sweptAt;

    private boolean chosen;

    /// @param limit as the operator wants it; 0 for the usual
    /// @param now nanoseconds
    AddressQuota(int limit, long now) {
        this.sweptAt = now;
        limit(limit);
    }

    /// Sets another limit, as above.
    ///
    /// @return true where it has more than that
    boolean limit(int limit) {
        chosen = limit > 0;
        most = chosen ? Math.min(limit, USUAL) : USUAL;
        return used > most;
    }

    /// True where frames from further addresses are to be dropped, and not only not learned.
    boolean isChosen() {
        return chosen;
    }

    boolean isFull() {
        return used >= most;
    }
}
