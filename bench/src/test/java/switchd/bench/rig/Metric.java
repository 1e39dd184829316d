package switchd.bench.rig;

/// What is measured, with its unit.
enum Metric {
    FRAMES("kframes/s", true),
    CPU("CPU µs/frame", false),
    P50("p50 µs", false),
    P99("p99 µs", false),
    P999("p99.9 µs", false),
    BITS("Gbit/s", true),
    RETRANSMITTED("retransmitted/Gbit", false),
    MILLIS("ms", false),
    MEBIBYTES("MiB", false),
    CALLS("calls/frame", false),
    ALLOCATED("allocated B/frame", false);

    private final String label;
    private final boolean isBetterMore;

    Metric(String label, boolean isBetterMore) {
        this.label = label;
        this.isBetterMore = isBetterMore;
    }

    /// As it stands at the head of a column.
    String label() {
        return label;
    }

    /// True where a ratio above 1 is a gain.
    boolean isBetterMore() {
        return isBetterMore;
    }
}
