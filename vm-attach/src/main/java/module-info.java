import org.jspecify.annotations.NullMarked;

/// How a VM tool reaches its port: an exported datagram socket (vfkit, krunkit, QEMU), a stream
/// socket with length-framed frames (QEMU, socket_vmnet, Lima), or one end of a socket pair handed
/// over as a descriptor.
///
/// Calls: `socket`, `bind`, `listen`, `accept`, `connect`, `socketpair`, `setsockopt`, then `read`,
/// `write` or their batch forms until `EAGAIN`.
///
/// A VM's receive queue can be tiny, so a sink that takes only part of a batch says so and the port
/// holds the rest for a bounded time. What the VM sends is not trusted: lengths are checked before
/// anything else is read.
@NullMarked
module switchd.attach {
    requires transitive switchd.core;
    requires transitive switchd.posix;
    requires static transitive org.jspecify;

    exports switchd.attach;
    exports switchd.attach.keeper;
}
