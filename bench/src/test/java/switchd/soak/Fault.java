package switchd.soak;

/// Something that was done to the daemon, its host or its neighbours. Times are seconds since the
/// start of the run.
///
/// @param kind what it was
/// @param start when it began
/// @param mended when the host was whole again, as far as that is others' to do
/// @param recovered when every probe had had an answer to what it sent after that; NaN: it had not
/// @param bound the most seconds from `mended` to `recovered`
record Fault(String kind, double start, double mended, double recovered, double bound) {
    /// Seconds from `mended` to `recovered`; infinite where that never came.
    double took() {
        return Double.isNaN(recovered) ? Double.POSITIVE_INFINITY : recovered - mended;
    }

    /// Whether a frame of this second may be late or lost because of it.
    boolean concerns(double second) {
        double end = Double.isNaN(recovered) ? mended + bound : recovered;
        return second >= start - 1 && second <= end + 2;
    }
}
