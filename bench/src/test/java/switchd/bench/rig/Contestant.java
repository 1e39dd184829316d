package switchd.bench.rig;

import java.util.List;

/// One that does the work, started and ready.
///
/// @param near ends at VMs, in the form of `bench/src/main/c/end.h`
/// @param far ends in the LAN, or at other VMs
/// @param processes whose CPU time is its own
/// @param control the daemon's control socket; empty for what is not switchd
record Contestant(
        String name, List<String> near, List<String> far, List<Long> processes, String control) {

    Contestant(String name, List<String> near, List<String> far, List<Long> processes) {
        this(name, near, far, processes, "");
    }

    boolean isJava() {
        return !control.isEmpty();
    }
}
