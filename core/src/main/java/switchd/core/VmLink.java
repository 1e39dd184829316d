package switchd.core;

/// One attached VM's end of a port.
public interface VmLink extends FrameSource, FrameSink, AutoCloseable {
    /// Who is at the far end.
    Peer peer();

    /// True where the poller's writable event on [#fd()] tells that the VM has room again.
    /// Elsewhere the port asks again after a short time. It may turn out to be true while the VM is
    /// attached.
    boolean tellsRoom();

    /// Sends on what [#send] has taken and not sent to the end: of a stream, the rest of a frame.
    ///
    /// @return true where nothing of it is left
    /// @throws SyscallException where the far end is gone
    default boolean flush() throws SyscallException {
        return true;
    }

    /// Asks the kernel whether the far end is certainly gone, for no event has told it yet.
    default boolean isGone() {
        return false;
    }

    /// Gives the far end up. Closing twice is no error.
    @Override
    void close();
}
