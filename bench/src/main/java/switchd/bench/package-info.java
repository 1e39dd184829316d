/// Measurements: JMH for the parts (a native call, splitting a batch, a turn of the loop) and the
/// traffic rig for the whole, two VM sockets through a real kernel, with a C program doing the same
/// work as the baseline.
///
/// Never shipped and no part of the tests. It may use every module and is on the class path itself,
/// because JMH generates code into the packages it measures.
@NullMarked
package switchd.bench;

import org.jspecify.annotations.NullMarked;
