package switchd.core;

/// One attached VM's end of a port.
public interface VmLink extends FrameSource, FrameSink, AutoCloseable {
    /// Who is at the far end, for people: a socket's path.
    String peer();

    /// True where the poller's writable event on [#fd()] tells that the VM has room again.
    /// Elsewhere the port asks again after a short time. It may turn out to be true while the VM is
    /// attached.
    boolean tellsRoom();

    /// Gives the far end up. Closing twice is no error.
    @Override
    void close();
}
