package switchd.posix;

import java.lang.foreign.Arena;
import switchd.core.FrameBatch;
import switchd.core.Host;

/// A [Host] whose kernel has POSIX calls: what the VMs' sockets are made with. It belongs to the
/// loop's thread.
public interface PosixHost extends Host {
    /// The kernel's calls.
    Posix posix();

    /// The quickest way of this kernel to move datagrams.
    ///
    /// @param slots what to receive into
    DatagramIo datagramIo(Arena arena, FrameBatch slots);

    /// Does file work with somebody else's rights.
    FileRights fileRights();

    /// Which connected datagram sockets tell the poller that their peer has room.
    RoomSignal roomSignal();

    /// Has `ended` called on the loop's thread, once, when the process that used the peer of a
    /// connected socket last has ended. A hint only: other processes may hold the peer's socket,
    /// and a kernel that tells no process, or does not let it be watched, never calls.
    ///
    /// @param fd the socket
    default PeerWatch watchPeer(int fd, Runnable ended) {
        return () -> {};
    }
}
