package switchd.core;

/// Where frames go. Used by the loop's thread alone.
public interface FrameSink {
    /// What [#send] returns where the kernel refuses the first frame for what it is, not for want
    /// of room.
    int REFUSED = -1;

    /// Sends the frames of `batch` from frame `from` on, in order, without blocking.
    ///
    /// @return the number of frames taken from `from` on; fewer than there are, 0 included, means
    ///   that the sink is full now; [#REFUSED] that frame `from` can never be sent
    /// @throws SyscallException where the far end or the interface is gone
    int send(FrameBatch batch, int from) throws SyscallException;
}
