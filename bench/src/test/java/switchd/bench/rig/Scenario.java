package switchd.bench.rig;

import java.util.List;
import java.util.function.Function;

/// Contestants and what they are compared by.
///
/// @param name as typed
/// @param about what it measures, in a line
/// @param mtu of all links
/// @param contestants starts them; they end with the site. The first is what the others are
///   compared with; the second is the same again and tells how much of a ratio is chance.
/// @param cells what is measured of each, in the order of the table
record Scenario(
        String name,
        String about,
        int mtu,
        Function<Site, List<Contestant>> contestants,
        Function<Site, List<Cell>> cells) {}
