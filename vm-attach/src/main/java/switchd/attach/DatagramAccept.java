package switchd.attach;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.nio.ByteOrder.BIG_ENDIAN;

import java.lang.foreign.ValueLayout;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import switchd.core.DropCause;
import switchd.core.EventHandler;
import switchd.core.EventLoop;
import switchd.core.FrameBatch;
import switchd.core.LoopTimer;
import switchd.core.Port;
import switchd.core.PortEvent;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.core.Undo;
import switchd.core.Watch;
import switchd.posix.DatagramIo;
import switchd.posix.Fd;
import switchd.posix.PosixHost;

/// `accept` for datagrams: lets one VM after the other attach to a port through one path.
///
/// A socket listens at the path. The first datagram's source is the VM: the socket is connected to
/// it and becomes the port's link, and a fresh socket is bound to the path for whoever comes next.
/// So the path always answers, and no path leads to the link.
///
/// - A client that connects (vfkit, krunkit, libkrun) sends to the link from there on.
/// - One that never connects (QEMU with two paths) goes on sending to the path: the listening
///   socket knows it by its source address and passes its frames on.
/// - A VM that is gone is found out by [Client#fate]: when another client knocks, and every
///   [#CHECK_NANOS]. Neither kernel tells it by an event.
/// - A second client is refused while the VM is alive: its datagrams are dropped and counted, and
///   it is reported once.
///
/// What each kernel enforces: on Linux a socket that is connected takes datagrams from its peer
/// only (EPERM for others), so that a stranger who was connected to the link before is shut out by
/// the kernel. Darwin lets him send; there the comparison of source addresses and the directory's
/// mode keep him out. Both let a client reach the socket that it connected to after the path leads
/// elsewhere.
///
/// Used by the loop's thread alone.
public final class DatagramAccept implements EventHandler, AutoCloseable {
    /// How often an attached VM is looked after.
    static final long CHECK_NANOS = 250_000_000;

    /// How old a finding may be when frames come to the path: a new VM that took its predecessor's
    /// address is told from it after at most this.
    static final long FRESH_NANOS = 10_000_000;

    private static final int MOST_REMEMBERED = 64;
    private static final int HANDSHAKE = 0x56464b54; // "VFKT": vfkit's and krunkit's first datagram
    private static final ValueLayout.OfInt WORD = JAVA_INT_UNALIGNED.withOrder(BIG_ENDIAN);

    private final PosixHost host;
    private final EventLoop loop;
    private final Port port;
    private final SocketPath path;
    private final DatagramIo io;
    private final FrameBatch ours = FrameBatch.view(FrameBatch.CAPACITY);
    private final LoopTimer check;
    private final Set<String> refused = new LinkedHashSet<>();
    private final Set<String> former = new LinkedHashSet<>();
    private @Nullable Fd listener;
    private @Nullable Watch watch;
    private @Nullable DatagramLink link;
    private long checkedAt;
    private boolean buffersTold;
    private boolean closed;

    private DatagramAccept(
            PosixHost host, EventLoop loop, Port port, SocketPath path, DatagramIo io) {
        this.host = host;
        this.loop = loop;
        this.port = port;
        this.path = path;
        this.io = io;
        this.check = loop.timer(this::lookAfter);
    }

    /// Listens at `path` for the VMs of `port`.
    ///
    /// @param io of the port's network: frames come into its slots
    /// @throws SwitchdException where the path cannot be had; nothing is left behind
    public static DatagramAccept open(
            PosixHost host, EventLoop loop, Port port, SocketPath path, DatagramIo io)
            throws SwitchdException {
        path.takeOver();
        DatagramAccept accept = new DatagramAccept(host, loop, port, path, io);
        accept.listen();
        return accept;
    }

    @Override
    public void ready(boolean readable, boolean writable) throws SyscallException {
        Fd socket = listener;
        for (int burst = 0; burst < Port.BURSTS && socket != null; burst++) {
            int received = io.receive(socket.number());
            if (received < 0) {
                throw new SyscallException("recvmsg(" + path.path() + ")", received);
            }
            if (received == 0) {
                return;
            }
            serve(received);
            if (socket != listener) {
                return; // it is the link now
            }
        }
    }

    private void serve(int received) {
        FrameBatch slots = io.slots();
        ours.over(slots.memory());
        for (int i = 0; i < received; i++) {
            if (admit(i)) {
                ours.add(slots, i);
            }
        }
        passOn();
    }

    /// True where datagram `i` is a frame of the attached VM; its sender may attach by it.
    private boolean admit(int i) {
        DatagramLink current = link;
        if (current == null) {
            return attach(i, io.source(i));
        }
        if (io.isFrom(i, current.client().nameBytes())) {
            if (!isHandshake(i) && (isFresh() || fate(current) == Client.Fate.ALIVE)) {
                return true;
            }
            passOn();
            port.detach("another VM has taken its socket's path");
            return attach(i, current.client().name());
        }
        String name = io.source(i);
        if ((refused.contains(name) && isFresh()) || fate(current) == Client.Fate.ALIVE) {
            refuse(
                    name,
                    "the port has a VM already, "
                            + current.peer()
                            + ": stop that one first, or add a port");
            return false;
        }
        passOn();
        port.detach("it is gone, and another VM is here");
        return attach(i, name);
    }

    /// Connects the listening socket to the sender of datagram `i`, and listens with a fresh one.
    ///
    /// @return true where the datagram is a frame
    private boolean attach(int i, String name) {
        Fd socket = listener;
        if (socket == null) {
            return false;
        }
        if (name.isEmpty()) {
            refuse("(no path)", "its socket is bound to no path, so that it cannot be answered");
            return false;
        }
        boolean connected = false;
        try (Undo undo = new Undo()) {
            Client client = new Client(host.posix(), name, path.directory());
            undo.push(client::close);
            path.asOwner(() -> {
                client.connect(socket.number());
                return true;
            });
            connected = true;
            stopListening();
            DatagramLink fresh =
                    new DatagramLink(
                            io,
                            socket,
                            client,
                            port,
                            host.connectedSocketsTellRoom(),
                            this::linkClosed);
            undo.push(fresh::close);
            link = fresh;
            port.attach(fresh);
            undo.keep();
            checkedAt = loop.now();
            refused.clear();
        } catch (SwitchdException e) {
            refuse(
                    name,
                    "it cannot be answered: "
                            + e.getMessage()
                            + "; run the VM as the port's owner, see --owner");
        }
        if (connected) {
            listenAgain();
        }
        return link != null && !isHandshake(i);
    }

    private void stopListening() {
        if (watch != null) {
            watch.close();
            watch = null;
        }
        listener = null;
    }

    private void listen() throws SwitchdException {
        try (Undo undo = new Undo()) {
            SocketPath.Bound bound = path.bind();
            undo.push(bound.fd()::close);
            watch = loop.watch(bound.fd().number(), this);
            listener = bound.fd();
            undo.keep();
            tellSmallBuffers(bound);
        }
    }

    private void listenAgain() {
        check.set(CHECK_NANOS);
        try {
            listen();
        } catch (SwitchdException e) {
            port.report(new PortEvent.NotListening(port.name(), path.path(), e.getMessage()));
        }
    }

    /// Sees whether the VM is alive, and whether the path answers.
    private void lookAfter() {
        if (closed) {
            return;
        }
        if (listener == null) {
            listenAgain();
        }
        DatagramLink current = link;
        if (current != null) {
            check.set(CHECK_NANOS);
            Client.Fate fate = fate(current);
            if (fate == Client.Fate.GONE) {
                port.detach("its socket is closed");
            } else if (fate == Client.Fate.REPLACED) {
                port.detach("another socket has taken its path");
            }
        }
    }

    private Client.Fate fate(DatagramLink current) {
        checkedAt = loop.now();
        try {
            return path.asOwner(() -> current.client().fate(current.fd()));
        } catch (SwitchdException _) {
            return Client.Fate.GONE;
        }
    }

    private boolean isFresh() {
        return loop.now() - checkedAt < FRESH_NANOS;
    }

    private void linkClosed() {
        DatagramLink gone = link;
        link = null;
        if (gone != null) {
            String client = gone.client().path();
            if (former.size() < MOST_REMEMBERED && path.isBeside(client)) {
                former.add(client);
            }
        }
    }

    private void refuse(String name, String reason) {
        port.toLan().dropped(DropCause.DETACHED, 1);
        if (refused.size() < MOST_REMEMBERED && refused.add(name)) {
            port.report(new PortEvent.Refused(port.name(), name, reason));
        }
    }

    private void passOn() {
        if (ours.count() > 0) {
            port.fromVm(ours);
            ours.clear();
        }
    }

    private boolean isHandshake(int i) {
        FrameBatch slots = io.slots();
        return slots.length(i) == Integer.BYTES
                && slots.memory().get(WORD, slots.offset(i)) == HANDSHAKE;
    }

    private void tellSmallBuffers(SocketPath.Bound bound) {
        if (!buffersTold
                && (bound.sendBuffer() < SocketPath.SEND_BUFFER
                        || bound.receiveBuffer() < SocketPath.RECEIVE_BUFFER)) {
            buffersTold = true;
            port.report(
                    new PortEvent.SmallBuffers(
                            port.name(),
                            path.path(),
                            SocketPath.SEND_BUFFER,
                            bound.sendBuffer(),
                            SocketPath.RECEIVE_BUFFER,
                            bound.receiveBuffer()));
        }
    }

    @Override
    public void failed(Exception cause) {
        watch = null;
        Fd socket = listener;
        listener = null;
        if (socket != null) {
            socket.close();
        }
        port.report(
                new PortEvent.NotListening(
                        port.name(), path.path(), String.valueOf(cause.getMessage())));
        check.set(CHECK_NANOS);
    }

    /// Stops listening and removes the path. The port's VM, if any, is the port's to detach,
    /// before. Closing twice is no error.
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        check.cancel();
        Fd socket = listener;
        stopListening();
        if (socket != null) {
            socket.close();
        }
        path.close(former);
    }
}
