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

    /// True where a connected datagram socket tells the poller that its peer has room: Linux, macOS
    /// 15 and later.
    boolean connectedSocketsTellRoom();
}
