import org.jspecify.annotations.NullMarked;

/// The calls Linux and macOS share, under their C names and with their C results (`-errno` on
/// failure), and the types they take: descriptors that close once, `sockaddr_un` in both layouts,
/// message headers and vectors.
///
/// Calls: `socket`, `socketpair`, `bind`, `connect`, `read`, `write`, `sendmsg`, `recvmsg`, `poll`,
/// `fcntl`, `ioctl`, `open`, `close`.
///
/// One class binds the symbols, from the library named by the system property `switchd.libc` or
/// else from the default lookup. Variadic calls are linked as such: on Apple Silicon their
/// arguments travel on the stack. All other modules call interfaces, so that a fake can stand in.
@NullMarked
module switchd.posix {
    requires transitive switchd.core;
    requires static transitive org.jspecify;

    exports switchd.posix;
}
