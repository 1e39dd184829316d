import org.jspecify.annotations.NullMarked;

/// Installs the daemon as a service, and removes it without a trace: a launchd property list on
/// macOS, a systemd unit on Linux. Also takes over the sockets that either of them opened
/// beforehand.
///
/// Calls: the service manager's own command, `launch_activate_socket` on macOS, and the inherited
/// descriptors that `LISTEN_FDS` counts on Linux.
@NullMarked
module switchd.launchd {
    requires switchd.core;
    requires switchd.posix;
    requires static transitive org.jspecify;
}
