package switchd.attach;

import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;
import switchd.attach.LinkName.Kind;
import switchd.core.EventLoop;
import switchd.core.HostException;
import switchd.core.LoopTimer;
import switchd.core.Peer;
import switchd.core.Port;
import switchd.core.PortEvent;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.core.Undo;
import switchd.posix.Credentials;
import switchd.posix.DatagramIo;
import switchd.posix.Fd;
import switchd.posix.PeerProcess;
import switchd.posix.Posix;
import switchd.posix.PosixConstants;
import switchd.posix.PosixHost;
import switchd.posix.SocketBuffers;
import switchd.posix.SocketPair;
import switchd.posix.StreamSocket;

/// Attaches VMs that hold a descriptor instead of knowing a path: the far end of a pair that is
/// made here, or of a socket that this process was started with.
///
/// The VM is gone when all copies of its end are closed. Streams tell it; of datagrams it shows
/// when a frame is sent, and where nothing goes either way, an empty frame is sent every
/// [#QUIET_NANOS] (Linux), or the kernel is asked (macOS).
///
/// Used by the loop's thread alone.
public final class DescriptorAttach implements AutoCloseable {
    /// How long a VM may be silent, and hear nothing, until it is looked after.
    static final long QUIET_NANOS = 1_000_000_000;

    private final PosixHost host;
    private final Posix posix;
    private final Port port;
    private final DatagramIo io;
    private final LinkKeeper keeper;
    private final LoopTimer check;
    private final Arena arena = Arena.ofConfined();
    private StreamLink.@Nullable Buffers buffers;
    private @Nullable DescriptorLink link;

    /// @param io of the port's network: frames come into its slots
    /// @param keeper of the port's links
    public DescriptorAttach(
            PosixHost host, EventLoop loop, Port port, DatagramIo io, LinkKeeper keeper) {
        this.host = host;
        this.posix = host.posix();
        this.port = port;
        this.io = io;
        this.keeper = keeper;
        this.check = loop.timer(this::lookAfter);
    }

    /// Makes a pair of connected datagram sockets, and attaches the VM that gets the other end.
    ///
    /// @param pid who gets it; 0 where that is not known
    /// @param caller closes the VM's end: belongs to the thread that hands it over
    /// @return the VM's end, to be closed in this process when it is handed over
    /// @throws HostException where the port has a VM already
    /// @throws SwitchdException where the kernel gives no pair; nothing is left behind
    public Fd handOver(int pid, Posix caller) throws SwitchdException {
        checkFree(pid);
        try (Undo undo = new Undo()) {
            SocketPair pair = SocketPair.ofDatagrams(posix);
            undo.push(pair::close);
            prepare(pair.far(), "", pid);
            DescriptorLink fresh = link(pair.near(), prepare(pair.near(), "", pid));
            undo.push(keeper::forget);
            keeper.keep(Kind.DESCRIPTOR, "", new Credentials(pid, 0, 0), fresh.fd());
            port.attach(fresh);
            attached(fresh);
            undo.keep();
            return new Fd(caller, pair.far().number());
        }
    }

    /// Attaches the VM at the far end of a socket that this process was started with: of datagrams,
    /// or of a stream with 4 bytes of length before each frame.
    ///
    /// @param number of the descriptor, which belongs to the port from here on
    /// @throws SwitchdException where it is no such socket, with the cure, or the port has a VM
    ///   already; the descriptor stays open then
    public void adopt(int number) throws SwitchdException {
        InheritedSocket socket = InheritedSocket.inspect(posix, number);
        int pid = PeerProcess.of(posix, number);
        checkFree(pid);
        Fd fd = new Fd(posix, number);
        Peer peer = prepare(fd, socket.peer(), pid);
        if (socket.isStream()) {
            StreamSocket.prepare(posix, number);
            if (buffers == null) {
                buffers = new StreamLink.Buffers(posix, arena);
            }
            port.attach(new StreamLink(fd, port, peer, buffers));
        } else {
            DescriptorLink fresh = link(fd, peer);
            port.attach(fresh);
            attached(fresh);
        }
    }

    /// Goes on with the link of a VM that got its descriptor from the daemon before this one.
    ///
    /// @param kept its descriptor stays the caller's where this fails
    /// @throws SwitchdException where it is no such link, or its VM is gone
    public void resume(KeptLinks.Kept kept) throws SwitchdException {
        int number = kept.fd();
        InheritedSocket known = InheritedSocket.inspect(posix, number);
        if (known.isStream() || !known.peer().isEmpty() || !keeper.isOurs(kept.name(), "")) {
            throw new HostException("the port has another owner or mode now");
        }
        Credentials vm = kept.name().vm();
        Fd fd = new Fd(posix, number);
        DescriptorLink fresh = link(fd, prepare(fd, "", vm == null ? 0 : vm.pid()));
        if (fresh.isGone()) {
            throw new HostException("its VM is gone");
        }
        port.resume(fresh);
        attached(fresh);
        keeper.goOn(kept.name());
    }

    private void checkFree(int pid) throws HostException {
        if (!port.isFree()) {
            String reason = Refusals.occupied(port);
            String name = new Peer(Peer.Kind.DESCRIPTOR, "", pid, 0, 0).toString();
            port.report(new PortEvent.Refused(port.name(), name, reason));
            throw new HostException(port.name() + ": " + reason);
        }
    }

    /// Gives it the buffers that Apple's framework wants on both ends.
    private Peer prepare(Fd fd, String path, int pid) throws SyscallException {
        int number = fd.number();
        posix.fcntl(number, PosixConstants.F_SETFD, PosixConstants.FD_CLOEXEC);
        int sendBuffer = SocketBuffers.send(posix, number, SocketPath.SEND_BUFFER);
        int receiveBuffer = SocketBuffers.receive(posix, number, SocketPath.RECEIVE_BUFFER);
        return new Peer(
                Peer.Kind.DESCRIPTOR, Client.printable(path), pid, sendBuffer, receiveBuffer);
    }

    private DescriptorLink link(Fd fd, Peer peer) {
        return new DescriptorLink(io, posix, fd, peer, host.roomSignal(), keeper::forget);
    }

    private void attached(DescriptorLink fresh) {
        link = fresh;
        check.set(QUIET_NANOS);
    }

    private void lookAfter() {
        DescriptorLink vm = link;
        if (vm == null || vm.isClosed()) {
            link = null;
            return;
        }
        check.set(QUIET_NANOS);
        if (vm.hasBeenQuiet() && vm.isGone()) {
            port.detach("its end of the socket is closed");
        }
    }

    /// The port's VM, if any, is the port's to detach, before. Closing twice is no error.
    @Override
    public void close() {
        check.cancel();
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
