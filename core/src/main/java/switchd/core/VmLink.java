package switchd.core;

/// One attached VM's end of a port.
public interface VmLink extends FrameSource, FrameSink, AutoCloseable {
    /// Who is at the far end, for people: a socket's path.
    String peer();

    /// True where the poller's writable event on [#fd()] tells that the VM has room again: Linux on
    /// a connected socket, macOS 15 and later. Elsewhere the port asks again after a short time.
    boolean tellsRoom();

    /// Gives the far end up. Closing twice is no error.
    @Override
    void close();
}
