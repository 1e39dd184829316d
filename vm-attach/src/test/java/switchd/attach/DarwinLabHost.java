package switchd.attach;

import java.lang.foreign.Arena;
import switchd.core.EventLoop;
import switchd.core.FrameBatch;
import switchd.core.InterfaceName;
import switchd.core.Lan;
import switchd.core.Poller;
import switchd.core.SyscallException;
import switchd.darwin.Darwin;
import switchd.darwin.KqueuePoller;
import switchd.darwin.MessageXIo;
import switchd.darwin.ProcessExits;
import switchd.darwin.ProcessFileRights;
import switchd.darwin.SocketAbilities;
import switchd.posix.DatagramIo;
import switchd.posix.FileRights;
import switchd.posix.PeerWatch;
import switchd.posix.Posix;
import switchd.posix.PosixHost;
import switchd.posix.RoomSignal;

/// What VMs' sockets need of a Darwin kernel, and no LAN.
final class DarwinLabHost implements PosixHost {
    private final Darwin darwin;
    private final Arena arena;
    private final SocketAbilities abilities;
    private final ProcessExits exits;

    DarwinLabHost(Darwin darwin, Arena arena) throws SyscallException {
        this.darwin = darwin;
        this.arena = arena;
        abilities = SocketAbilities.probe(darwin);
        exits = ProcessExits.open(darwin, arena);
    }

    @Override
    public void start(EventLoop loop) throws SyscallException {
        loop.watch(exits.fd(), exits);
    }

    @Override
    public Posix posix() {
        return darwin;
    }

    @Override
    public DatagramIo datagramIo(Arena memory, FrameBatch slots) {
        return MessageXIo.open(darwin, memory, slots, abilities);
    }

    @Override
    public FileRights fileRights() {
        return new ProcessFileRights(darwin);
    }

    @Override
    public RoomSignal roomSignal() {
        return abilities.roomSignal();
    }

    @Override
    public PeerWatch watchPeer(int fd, Runnable ended) {
        return exits.watch(fd, ended);
    }

    @Override
    public Poller openPoller() throws SyscallException {
        return KqueuePoller.open(darwin, arena);
    }

    @Override
    public Lan openBridge(InterfaceName bridge) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Lan openOrCreateBridge(InterfaceName bridge) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Lan openInterface(InterfaceName nic) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        exits.close();
    }
}
