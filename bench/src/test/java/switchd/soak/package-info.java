/// `bin/soak`: the daemon as a process with many VMs that come and go and with faults, for as long
/// as one likes; what it takes over time, and a verdict.
@NullMarked
package switchd.soak;

import org.jspecify.annotations.NullMarked;
