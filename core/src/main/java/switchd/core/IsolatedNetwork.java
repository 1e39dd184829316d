package switchd.core;

import java.lang.foreign.Arena;

/// A network of its own ports only: a learning switch in user space. It needs no privilege.
public final class IsolatedNetwork extends Network {
    /// @param name for people
    /// @param mtu in bytes
    /// @param arena of the loop's thread; must outlive the network
    public IsolatedNetwork(String name, int mtu, EventLoop loop, Arena arena) {
        super(name, mtu, loop, arena);
    }

    @Override
    protected void beyond(Port from, FrameBatch frames) {
        from.toLan().passed(frames, 0, frames.count());
        flood(from, frames);
    }
}
