package switchd.posix;

/// Which connected datagram sockets a kernel reports writable when their peer, whose queue was
/// full, has room again.
public enum RoomSignal {
    /// None: whoever waits for room asks again after a while. macOS up to 14.
    NONE,
    /// Those whose peer is connected to them in turn. macOS 15 and later: what reads wakes up whom
    /// it is connected to.
    MUTUAL,
    /// All of them. Linux 4.4 and later.
    ALL
}
