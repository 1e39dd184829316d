/// Measurements: pictures of what a run gave. The traffic rig and the soak are beside the tests, as
/// they use the lab.
///
/// Never shipped. It may use every module and is on the class path itself.
@NullMarked
package switchd.bench;

import org.jspecify.annotations.NullMarked;
