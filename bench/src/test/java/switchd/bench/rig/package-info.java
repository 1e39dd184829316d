/// The traffic rig: `bin/bench`. Contestants do the same work in turn, in network namespaces of
/// their own, and are compared within each round.
@NullMarked
package switchd.bench.rig;

import org.jspecify.annotations.NullMarked;
