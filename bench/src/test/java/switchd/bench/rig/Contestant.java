package switchd.bench.rig;

import java.util.List;

/// One that does the work, started and ready.
///
/// @param near ends at VMs, in the form of `bench/src/main/c/end.h`
/// @param far ends in the LAN, or at other VMs
/// @param processes whose CPU time is its own
record Contestant(String name, List<String> near, List<String> far, List<Long> processes) {}
