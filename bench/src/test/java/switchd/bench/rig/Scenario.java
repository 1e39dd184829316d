package switchd.bench.rig;

import java.util.List;
import java.util.function.Function;

/// Contestants and what they are compared by.
///
/// @param name as typed
/// @param about what it measures, in a line
/// @param mtu of all links
/// @param field starts the contestants; they end with the site
record Scenario(String name, String about, int mtu, Function<Site, Field> field) {

    /// @param contestants the first is what the others are compared with; the second is the same
    ///   again and tells how much of a ratio is chance
    /// @param cells what is measured of each, in the order of the table
    record Field(List<Contestant> contestants, List<Cell> cells) {}
}
