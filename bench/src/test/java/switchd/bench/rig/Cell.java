package switchd.bench.rig;

/// One thing that is measured of every contestant of a scenario.
///
/// @param name as in the table
record Cell(String name, Run run) {
    /// Measures once.
    @FunctionalInterface
    interface Run {
        /// @param seconds how long, about
        Sample of(Contestant contestant, double seconds);
    }
}
