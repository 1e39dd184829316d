package switchd.posix;

/// Waits for the process at the far end of a socket to end, see [PosixHost#watchPeer]. Used by the
/// loop's thread alone.
@FunctionalInterface
public interface PeerWatch extends AutoCloseable {
    /// Waits no more. Closing twice is no error.
    @Override
    void close();
}
