import org.jspecify.annotations.NullMarked;

/// What only Darwin has: its calls, struct layouts, ioctl requests, the kqueue poller, kernel
/// events and `sysctl` values.
///
/// Calls: `kqueue`, `kevent64`, `recvmsg_x`, `sendmsg_x`, `getifaddrs`, `sysctlbyname`, and `ioctl`
/// with Darwin's requests.
///
/// Layouts are arithmetic, so tests hold them on any machine against figures a compiler computed
/// for both architectures. The calls themselves need macOS or a stand-in library named by
/// `switchd.libc`.
@NullMarked
module switchd.darwin {
    requires transitive switchd.core;
    requires transitive switchd.posix;
    requires static transitive org.jspecify;

    exports switchd.darwin;
}
