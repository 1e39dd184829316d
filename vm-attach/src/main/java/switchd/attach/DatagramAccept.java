package switchd.attach;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.nio.ByteOrder.BIG_ENDIAN;

import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;
import switchd.attach.DatagramLink.Fate;
import switchd.core.EventHandler;
import switchd.core.EventLoop;
import switchd.core.FrameBatch;
import switchd.core.LoopTimer;
import switchd.core.Port;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.posix.DatagramIo;
import switchd.posix.PosixHost;

/// `accept` for datagrams: lets one VM after the other attach to a port through one path.
///
/// A socket listens at the path. The first datagram's source is the VM: the socket is connected to
/// it and becomes the port's link, and a fresh socket is bound to the path for whoever comes next.
/// So the path answers at all times but for the instant between two system calls, and it never
/// leads to the link of a VM that has been reported.
///
/// - A client that connects (vfkit, krunkit, libkrun) sends to the link from there on.
/// - One that never connects (QEMU with two paths) goes on sending to the path: the listening
///   socket knows it by its source address, and by the file at that address, and passes its frames
///   on.
/// - A VM that is gone is found out by [DatagramLink#fate]: when another client knocks, when its
///   process has ended, where the kernel tells that, at every look. Neither kernel tells it by an
///   event of the socket.
/// - A second client is refused while the VM is alive: its datagrams are dropped and counted, and
///   it is reported once. When the VM is gone it attaches by its next datagram.
///
/// What each kernel enforces: on Linux a socket that is connected takes datagrams from its peer
/// only (EPERM for others), so that a stranger who was connected to the link before is shut out by
/// the kernel. Darwin lets him send; there the comparison of source addresses and the directory's
/// mode keep him out. Both let a client reach the socket that it connected to after the path leads
/// elsewhere, and both let two sockets that were bound to one path send under the same address.
///
/// Used by the loop's thread alone.
public final class DatagramAccept implements EventHandler, AutoCloseable {
    private static final int HANDSHAKE = 0x56464b54; // "VFKT": vfkit's and krunkit's first datagram
    private static final ValueLayout.OfInt WORD = JAVA_INT_UNALIGNED.withOrder(BIG_ENDIAN);

    private final Port port;
    private final SocketPath path;
    private final DatagramIo io;
    private final Listener listener;
    private final LoopTimer check;
    private final FrameBatch ours = FrameBatch.view(FrameBatch.CAPACITY);
    private final Refusals refusals;
    private final DatagramVm vm;

    /// What the VM's fate was when the datagrams at hand had been received; null where it was not
    /// asked for yet.
    private @Nullable Fate found;

    /// True where the datagrams at hand under the VM's name are known to be the VM's.
    private boolean recognised;

    /// True where the port is known to have a VM that is attached in another way.
    private boolean occupied;

    /// Who could not be answered among the senders of the datagrams at hand.
    private @Nullable String unanswerable;

    private DatagramAccept(
            PosixHost host,
            EventLoop loop,
            Port port,
            SocketPath path,
            DatagramIo io,
            LinkKeeper keeper,
            ArrivalPace pace) {
        this.port = port;
        this.path = path;
        this.io = io;
        this.listener = new Listener(loop, port, path, pace, this);
        this.refusals = new Refusals(port);
        this.vm = new DatagramVm(host, port, path, io, listener, refusals, keeper);
        this.check = loop.timer(this::lookAfter);
    }

    /// Listens at `path` for the VMs of `port`.
    ///
    /// @param io of the port's network: frames come into its slots
    /// @param keeper of the port's links
    /// @throws SwitchdException where the path cannot be had; nothing is left behind
    public static DatagramAccept open(
            PosixHost host,
            EventLoop loop,
            Port port,
            SocketPath path,
            DatagramIo io,
            LinkKeeper keeper)
            throws SwitchdException {
        return open(host, loop, port, path, io, keeper, ArrivalPace.usual());
    }

    static DatagramAccept open(
            PosixHost host,
            EventLoop loop,
            Port port,
            SocketPath path,
            DatagramIo io,
            LinkKeeper keeper,
            ArrivalPace pace)
            throws SwitchdException {
        DatagramAccept accept = new DatagramAccept(host, loop, port, path, io, keeper, pace);
        accept.listener.open();
        accept.check.set(ArrivalPace.LOOK_NANOS);
        return accept;
    }

    @Override
    public void ready(boolean readable, boolean writable) throws SyscallException {
        SocketPath.Bound socket = listener.socket();
        if (socket == null) {
            return;
        }
        int received = io.receiveWithCredentials(socket.fd().number(), port.share());
        if (received < 0) {
            throw new SyscallException("recvmsg(" + path.path() + ")", received);
        }
        if (received > 0) {
            serve(received);
        }
    }

    private void serve(int received) {
        FrameBatch slots = io.slots();
        ours.over(slots.memory());
        found = null;
        recognised = false;
        occupied = false;
        unanswerable = null;
        for (int i = 0; i < received; i++) {
            if (admit(i)) {
                ours.add(slots, i);
            }
        }
        passOn();
    }

    /// True where datagram `i` is a frame of the attached VM; its sender may attach by it.
    private boolean admit(int i) {
        DatagramLink link = vm.link();
        if (link == null) {
            if (mayAttach()) {
                return attachBy(i);
            }
            refusals.refuse(io.source(i), Refusals.occupied(port));
            return false;
        }
        if (io.isFrom(i, link.client().nameBytes())) {
            return admitKnown(i, link);
        }
        if (fate(link) != Fate.GONE) {
            refusals.refuse(io.source(i), Refusals.occupied(port));
            return false;
        }
        passOn();
        port.detach("it is gone, and another VM is here");
        return attachBy(i);
    }

    /// True unless a VM is attached in another way. One answer is good for all datagrams that were
    /// received before the question.
    private boolean mayAttach() {
        occupied = occupied || !port.isFree();
        return !occupied;
    }

    /// As [#admit], for the address of the VM that is attached: one that never connects, or a new
    /// one that took its predecessor's path.
    private boolean admitKnown(int i, DatagramLink link) {
        recognised = recognised || (link.usesPath() && link.client().holdsItsPath());
        if (recognised) {
            return true;
        }
        Fate fate = fate(link);
        if (fate == Fate.GONE) {
            passOn();
            port.detach("another VM has taken its path");
            return attachBy(i);
        }
        if (fate == Fate.ASTRAY && !link.usesPath()) {
            refusals.refuse(
                    link.client().name(),
                    Refusals.occupied(port) + ", or give each a path of its own");
            return false;
        }
        link.heardAtPath();
        recognised = true;
        return true;
    }

    /// One answer is good for all datagrams that were received before the question.
    private Fate fate(DatagramLink link) {
        Fate fate = found == null ? link.fate() : found;
        found = fate;
        return fate;
    }

    /// Lets the sender of datagram `i` attach.
    ///
    /// @return true where the datagram is a frame of it
    private boolean attachBy(int i) {
        String name = io.source(i);
        if (name.isEmpty()) {
            refusals.refuse("", "its socket is bound to no path, so that it cannot be answered");
            return false;
        }
        if (name.equals(unanswerable)) {
            refusals.count();
            return false;
        }
        try {
            vm.attach(name, io.credentials(i));
        } catch (SwitchdException e) {
            unanswerable = name;
            refusals.refuse(name, Refusals.unanswerable(e));
            return false;
        }
        found = Fate.HERE;
        recognised = true;
        return !isHandshake(i);
    }

    /// Goes on with the link of a VM that was attached to the daemon before this one.
    ///
    /// @param kept its descriptor stays the caller's where this fails
    /// @throws SwitchdException where it is no such link, or its VM is gone
    public void resume(KeptLinks.Kept kept) throws SwitchdException {
        vm.resume(kept);
    }

    /// Sees whether the path answers, and whether the VM is alive.
    private void lookAfter() {
        check.set(ArrivalPace.LOOK_NANOS);
        listener.look();
        vm.lookAfter();
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
        vm.close();
    }
}
