package switchd.core;

/// What the loop calls when a watched descriptor is ready.
public interface EventHandler {
    /// Does the work that waits, without blocking and in bounded bursts: what is left is told
    /// again.
    ///
    /// @param readable a read will not block, or will tell an error
    /// @param writable there is room to write; only where asked for
    /// @throws SwitchdException where the descriptor is of no use any more: the loop ends its watch
    ///   and calls [#failed]
    void ready(boolean readable, boolean writable) throws SwitchdException;

    /// Hears that [#ready] has thrown `cause`. The watch has ended; the descriptor is still open.
    void failed(Exception cause);
}
