package switchd.linux;

import java.lang.foreign.Arena;
import switchd.core.EventLoop;
import switchd.core.FrameBatch;
import switchd.core.InterfaceName;
import switchd.core.Lan;
import switchd.core.Poller;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.posix.DatagramIo;
import switchd.posix.FileRights;
import switchd.posix.Posix;
import switchd.posix.PosixHost;
import switchd.posix.RoomSignal;

/// What Linux gives the daemon: epoll, TAPs in bridges, packet sockets on NICs. Belongs to the
/// loop's thread.
public final class LinuxHost implements PosixHost {
    private final Linux linux;
    private final Arena arena;
    private final LinkWatch watch;

    /// @param arena of the loop's thread; must outlive everything that is opened here
    public LinuxHost(Arena arena) {
        this(new NativeLinux(arena), arena);
    }

    LinuxHost(Linux linux, Arena arena) {
        this.linux = linux;
        this.arena = arena;
        this.watch = new LinkWatch(linux);
    }

    @Override
    public void start(EventLoop loop) {
        watch.start(loop);
    }

    @Override
    public Posix posix() {
        return linux;
    }

    @Override
    public Poller openPoller() throws SyscallException {
        return EpollPoller.open(linux, arena);
    }

    @Override
    public Lan openBridge(InterfaceName bridge) throws SwitchdException {
        return BridgeLan.open(linux, watch, bridge);
    }

    @Override
    public Lan openOrCreateBridge(InterfaceName bridge) throws SwitchdException {
        return BridgeLan.openOrCreate(linux, watch, bridge);
    }

    @Override
    public Lan openInterface(InterfaceName nic) throws SwitchdException {
        return InterfaceLan.open(linux, watch, nic);
    }

    @Override
    public DatagramIo datagramIo(Arena memory, FrameBatch slots) {
        return MmsgIo.ofDatagrams(linux, memory, slots);
    }

    @Override
    public FileRights fileRights() {
        return new ThreadFileRights(linux);
    }

    /// A connected datagram socket is writable only while its peer has room, since Linux 4.4.
    @Override
    public RoomSignal roomSignal() {
        return RoomSignal.ALL;
    }

    @Override
    public void close() {
        watch.close();
    }
}
