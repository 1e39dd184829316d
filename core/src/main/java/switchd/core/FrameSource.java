package switchd.core;

/// Where frames come from: a VM's socket, a TAP, a packet socket, a BPF device.
///
/// Used by the loop's thread alone.
public interface FrameSource {
    /// The descriptor that becomes readable when frames wait. For the poller only.
    int fd();

    /// Takes waiting frames, without blocking.
    ///
    /// @param most frames, at most as many as one batch holds
    /// @return the batch, the same at every call; empty when nothing waits. Its frames are good
    ///   until the next call
    /// @throws SyscallException where the far end or the interface is gone
    FrameBatch receive(int most) throws SyscallException;

    /// True where it has taken more frames from the kernel than the last batch names: they come
    /// with the next call, and the poller knows nothing of them.
    default boolean hasMore() {
        return false;
    }
}
