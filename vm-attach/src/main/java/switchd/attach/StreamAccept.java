package switchd.attach;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import switchd.core.Errno;
import switchd.core.EventHandler;
import switchd.core.EventLoop;
import switchd.core.LoopTimer;
import switchd.core.Peer;
import switchd.core.Port;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.core.Undo;
import switchd.posix.Fd;
import switchd.posix.PeerProcess;
import switchd.posix.Posix;
import switchd.posix.PosixHost;
import switchd.posix.SocketBuffers;
import switchd.posix.StreamSocket;

/// Lets one VM after the other attach to a port by a connection to its stream socket: QEMU
/// (`-netdev stream`), socket_vmnet's client, Lima.
///
/// A client that comes while a VM is attached, in whatever way, is accepted and closed at once, and
/// reported; one that is gone gives way. So a client that tries again, as QEMU does with
/// `reconnect`, is attached again within its interval. While the kernel has no descriptor for a
/// client, it waits at the path, and nobody else does.
///
/// Used by the loop's thread alone.
public final class StreamAccept implements EventHandler, AutoCloseable {
    private final Posix posix;
    private final Port port;
    private final SocketPath path;
    private final Listener listener;
    private final LoopTimer check;
    private final Refusals refusals;
    private final Arena arena = Arena.ofConfined();
    private StreamLink.@Nullable Buffers buffers;

    private StreamAccept(
            PosixHost host, EventLoop loop, Port port, SocketPath path, ArrivalPace pace) {
        this.posix = host.posix();
        this.port = port;
        this.path = path;
        this.listener = new Listener(loop, port, path, pace, this);
        this.refusals = new Refusals(port);
        this.check = loop.timer(this::lookAfter);
    }

    /// Listens at `path` for the VMs of `port`.
    ///
    /// @param path of a stream socket
    /// @throws SwitchdException where the path cannot be had; nothing is left behind
    public static StreamAccept open(PosixHost host, EventLoop loop, Port port, SocketPath path)
            throws SwitchdException {
        return open(host, loop, port, path, ArrivalPace.usual());
    }

    static StreamAccept open(
            PosixHost host, EventLoop loop, Port port, SocketPath path, ArrivalPace pace)
            throws SwitchdException {
        StreamAccept accept = new StreamAccept(host, loop, port, path, pace);
        try (Undo undo = new Undo()) {
            undo.push(accept.arena::close);
            accept.listener.open();
            undo.keep();
        }
        accept.check.set(ArrivalPace.LOOK_NANOS);
        return accept;
    }

    @Override
    public void ready(boolean readable, boolean writable) throws SyscallException {
        while (true) {
            SocketPath.Bound socket = listener.socket();
            if (socket == null || listener.isResting()) {
                return;
            }
            int number = posix.accept(socket.fd().number(), MemorySegment.NULL, MemorySegment.NULL);
            if (Errno.EAGAIN.is(number) || Errno.EINTR.is(number)) {
                return;
            }
            if (!Errno.ECONNABORTED.is(number)) {
                if (number < 0) {
                    failedToAccept(new SyscallException("accept(" + path.path() + ")", number));
                    return;
                }
                listener.tellVoice();
                take(new Fd(posix, number));
                listener.arrive();
            }
        }
    }

    /// What is short now is asked for again at the next look: whoever waits is told of by the
    /// poller at every turn.
    private void failedToAccept(SyscallException cause) throws SyscallException {
        if (!cause.isShortage()) {
            throw cause;
        }
        listener.rest(cause);
    }

    /// Attaches a client, or turns it away.
    private void take(Fd client) {
        int pid = PeerProcess.of(posix, client.number());
        try (Undo undo = new Undo()) {
            undo.push(client::close);
            if (port.isFree()) {
                attach(client, pid);
                undo.keep();
            } else {
                refuse(pid, Refusals.occupied(port));
            }
        } catch (SwitchdException e) {
            refuse(pid, String.valueOf(e.getMessage()));
        }
    }

    private void attach(Fd client, int pid) throws SwitchdException {
        StreamSocket.prepare(posix, client.number());
        int sendBuffer = SocketBuffers.send(posix, client.number(), SocketPath.SEND_BUFFER);
        int receiveBuffer =
                SocketBuffers.receive(posix, client.number(), SocketPath.RECEIVE_BUFFER);
        Peer peer = new Peer(Peer.Kind.STREAM, "", pid, sendBuffer, receiveBuffer);
        if (buffers == null) {
            buffers = new StreamLink.Buffers(posix, arena);
        }
        port.attach(new StreamLink(client, port, peer, buffers));
        refusals.forget();
    }

    private void refuse(int pid, String reason) {
        refusals.tell(new Peer(Peer.Kind.STREAM, "", pid, 0, 0).toString(), reason);
    }

    private void lookAfter() {
        check.set(ArrivalPace.LOOK_NANOS);
        listener.look();
    }

    @Override
    public void failed(Exception cause) {
        listener.close();
        listener.tellSilence(cause);
    }

    /// Stops listening and removes the path. The port's VM, if any, is the port's to detach,
    /// before. Closing twice is no error.
    @Override
    public void close() {
        check.cancel();
        path.remove(); // while the socket keeps the number of its file from being given away
        listener.close();
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
