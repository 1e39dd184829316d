import org.jspecify.annotations.NullMarked;

/// Makes a bridged port's interfaces on macOS: a feth pair, its VM side read and written by the
/// daemon, its bridge side a member of a bridge beside the machine's own interface.
///
/// Calls: `ioctl` on a datagram socket (`SIOCIFCREATE`, `SIOCSDRVSPEC` to make the two sides peers,
/// `SIOCSIFFLAGS`, `SIOCSDRVSPEC` and `SIOCGDRVSPEC` for bridge membership, `SIOCIFDESTROY`).
///
/// Membership is watched and repaired. A journal, never a name pattern, says which interfaces are
/// the daemon's own, so that a sweep after a crash takes down these and no others.
@NullMarked
module switchd.feth {
    requires transitive switchd.core;
    requires transitive switchd.posix;
    requires transitive switchd.darwin;
    requires static transitive org.jspecify;

    exports switchd.feth;
}
