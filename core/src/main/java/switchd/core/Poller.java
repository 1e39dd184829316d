package switchd.core;

/// Waits for descriptors: epoll, kqueue. Level triggered. One thread owns it; only [#wakeup()] may
/// be called from others.
///
/// Events carry the token of their registration, never a descriptor, so that one of a descriptor
/// that was closed and opened anew can be told from a fresh one.
public interface Poller extends AutoCloseable {
    /// Registers a descriptor.
    ///
    /// @param token what its events carry; not negative
    /// @throws SyscallException where the kernel refuses it
    void watch(int fd, long token, boolean readable, boolean writable) throws SyscallException;

    /// Changes what a registered descriptor is watched for. With neither, it stays registered and
    /// silent.
    ///
    /// @throws SyscallException where it is not registered
    void change(int fd, long token, boolean readable, boolean writable) throws SyscallException;

    /// Ends a registration. No error where the kernel has ended it already, or after [#close].
    void unwatch(int fd);

    /// Waits until something is ready, [#wakeup()] is called, or the time is over.
    ///
    /// @param nanos the longest wait; 0 only looks, negative waits for ever
    /// @return the number of events to read with the methods below; 0 after a wake-up or a time-out
    /// @throws SyscallException where the kernel fails; never for a signal
    int await(long nanos) throws SyscallException;

    /// The token of event `i` of the last wait.
    long token(int i);

    /// True where event `i` says that a read will not block; errors and hang-ups count, as the read
    /// tells them.
    boolean isReadable(int i);

    /// True where event `i` says that there is room to write.
    boolean isWritable(int i);

    /// Ends the current wait, or the next one, at once. From any thread.
    void wakeup();

    /// Gives the kernel's descriptors back. Closing twice is no error.
    @Override
    void close();
}
