package switchd.core;

/// A descriptor that an [EventLoop] watches. Used by the loop's thread alone.
public final class Watch implements AutoCloseable {
    private final EventLoop loop;
    private final int fd;
    private final EventHandler handler;
    private final long token;
    private boolean readable = true;
    private boolean writable;
    private boolean closed;

    Watch(EventLoop loop, int fd, EventHandler handler, long token) {
        this.loop = loop;
        this.fd = fd;
        this.handler = handler;
        this.token = token;
    }

    /// Says what to wait for; with neither, the descriptor is left alone until asked for again.
    ///
    /// @throws SyscallException where the kernel refuses
    public void interest(boolean wantReadable, boolean wantWritable) throws SyscallException {
        if (closed || (wantReadable == readable && wantWritable == writable)) {
            return;
        }
        loop.poller().change(fd, token, wantReadable, wantWritable);
        readable = wantReadable;
        writable = wantWritable;
    }

    /// Ends the watch; the descriptor stays open. Must come before the descriptor is closed. Events
    /// that are already fetched fall through. Closing twice is no error.
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            loop.poller().unwatch(fd);
            loop.release(this);
        }
    }

    long token() {
        return token;
    }

    EventHandler handler() {
        return handler;
    }
}
