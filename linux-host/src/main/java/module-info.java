import org.jspecify.annotations.NullMarked;

/// The Linux host: its calls, the epoll poller, just enough rtnetlink, and two uplinks, a TAP
/// device in a bridge and a packet socket on an interface.
///
/// Calls: `epoll_create1`, `epoll_ctl`, `epoll_pwait`, `eventfd`, `recvmmsg`, `sendmmsg`,
/// `ioctl(TUNSETIFF)`, and netlink messages to make interfaces, enslave them and bring them up.
///
/// A packet socket's filter, a program of `switchd.bpf`, is attached before `bind`, so that no
/// frame slips past it. Nothing here knows Darwin's types.
@NullMarked
module switchd.linux {
    requires switchd.core;
    requires switchd.posix;
    requires switchd.bpf;
    requires static transitive org.jspecify;
}
