import org.jspecify.annotations.NullMarked;

/// The Linux host: its calls, the epoll poller, just enough rtnetlink, and two uplinks, a TAP in a
/// bridge and a packet socket on a NIC.
///
/// Calls: `epoll_create1`, `epoll_ctl`, `epoll_wait`, `eventfd`, `recvmmsg`, `sendmmsg`,
/// `ioctl(TUNSETIFF)`, `ioctl(TUNSETOFFLOAD)`, `ioctl(TUNATTACHFILTER)`,
/// `setsockopt(SO_ATTACH_FILTER)`, `ioctl(SIOCETHTOOL)`, `setfsuid`, `unshare`, netlink messages to
/// look at interfaces, make them, join them to a bridge and bring them up, and `capset`, `prctl`
/// and Landlock to give rights up.
///
/// Every uplink has its filter, a program of `switchd.bpf`, before the first frame can reach it.
/// Nothing here knows Darwin's types.
@NullMarked
module switchd.linux {
    requires transitive switchd.core;
    requires transitive switchd.posix;
    requires switchd.bpf;
    requires static transitive org.jspecify;

    exports switchd.linux;
}
