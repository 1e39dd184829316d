import org.jspecify.annotations.NullMarked;

/// What a service manager wants to be told: the property list of a launchd job on macOS, systemd's
/// units on Linux; and what it passes on: sockets that it opened beforehand, the socket that it
/// listens on for news.
///
/// Makes texts and system calls only; writing files and running the manager's own command is the
/// daemon's `install`.
///
/// Calls: `launch_activate_socket`, `free`, `unsetenv`, and those of switchd.posix.
@NullMarked
module switchd.launchd {
    requires java.xml;
    requires switchd.core;
    requires transitive switchd.posix;
    requires static transitive org.jspecify;

    exports switchd.launchd;
}
