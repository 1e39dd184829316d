import org.jspecify.annotations.NullMarked;

/// Writes Ethernet frames to a macOS interface through a `PF_NDRV` socket, for the uplink of a
/// bridged port where BPF's batch write is not there.
///
/// Calls: `socket(PF_NDRV, SOCK_RAW, 0)`, `bind` and `connect` to the interface's name, then one
/// `write` a frame.
///
/// A frame shorter than an Ethernet header must never get this far: on macOS writing one panics the
/// kernel. The guard every frame leaves through drops and counts it before.
@NullMarked
module switchd.ndrv {
    requires transitive switchd.core;
    requires transitive switchd.posix;
    requires transitive switchd.darwin;
    requires static transitive org.jspecify;

    exports switchd.ndrv;
}
