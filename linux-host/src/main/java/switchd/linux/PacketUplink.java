package switchd.linux;

import java.util.function.Consumer;
import switchd.core.Errno;
import switchd.core.FrameBatch;
import switchd.core.InterfaceName;
import switchd.core.Reception;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.core.Undo;
import switchd.core.Uplink;
import switchd.core.VlanPolicy;
import switchd.posix.Fd;

/// A place on the network of a NIC, without a bridge: a packet socket with a filter of its own.
///
/// What the host sends on that NIC does not come in here, nor does what is sent here reach the
/// host: host and VM cannot talk to one another. Frames of a VLAN are let in for a port with VLANs
/// only (see [UntaggedOnly]).
///
/// Used by the loop's thread alone.
final class PacketUplink implements Uplink {
    private final Linux linux;
    private final MmsgIo io;
    private final Fd fd;
    private final ReceptionFilter filter;
    private final Consumer<PacketUplink> closed;
    private InterfaceName nic;
    private Consumer<String> lossListener = _ -> {};
    private boolean tagged;

    private PacketUplink(
            Linux linux, MmsgIo io, Fd fd, InterfaceName nic, Consumer<PacketUplink> closed)
            throws SyscallException {
        this.linux = linux;
        this.io = io;
        this.fd = fd;
        this.nic = nic;
        this.closed = closed;
        this.filter =
                new ReceptionFilter(
                        linux, fd, true, program -> PacketSocket.filter(linux, fd, program));
    }

    /// @param io for packets; shared by all uplinks of one loop
    /// @param index the NIC's
    /// @param closed hears that it is closed
    /// @throws SwitchdException where the kernel refuses; nothing is left behind
    static PacketUplink open(
            Linux linux, MmsgIo io, InterfaceName nic, int index, Consumer<PacketUplink> closed)
            throws SwitchdException {
        try (Undo undo = new Undo()) {
            Fd fd = PacketSocket.open(linux);
            undo.push(fd::close);
            // The filter comes first: no frame slips in before it.
            PacketUplink uplink = new PacketUplink(linux, io, fd, nic, closed);
            PacketSocket.listen(linux, fd, nic, index);
            undo.keep();
            return uplink;
        }
    }

    @Override
    public InterfaceName interfaceName() {
        return nic;
    }

    /// The NIC has this name now.
    void name(InterfaceName current) {
        nic = current;
    }

    @Override
    public void whenLost(Consumer<String> listener) {
        lossListener = listener;
    }

    /// Says why the NIC is of no use any more.
    void lose(String reason) {
        lossListener.accept(reason);
    }

    @Override
    public void carry(VlanPolicy vlans) throws SyscallException {
        boolean any = vlans instanceof VlanPolicy.Any;
        if (!any && !vlans.equals(new VlanPolicy.Access(0))) {
            PacketSocket.tellTags(linux, fd);
            filter.letTagsIn();
            tagged = true;
        }
    }

    @Override
    public void accept(Reception reception) throws SyscallException {
        filter.change(reception);
    }

    @Override
    public int fd() {
        return fd.number();
    }

    @Override
    public FrameBatch receive(int most) throws SyscallException {
        int number = fd.number();
        int received = tagged ? io.receiveTagged(number, most) : io.receive(number, most);
        if (received < 0) {
            failedToReceive(received);
        }
        return io.slots();
    }

    /// ENETDOWN is told once, when the NIC goes down; it may come back.
    private void failedToReceive(int error) throws SyscallException {
        boolean down = Errno.ENETDOWN.is(error) || Errno.ENOBUFS.is(error);
        if (!down || PacketSocket.isGone(linux, fd)) {
            throw new SyscallException("recvmmsg(" + nic + ")", error);
        }
    }

    @Override
    public int send(FrameBatch batch, int from) throws SyscallException {
        int sent = io.send(fd.number(), batch, from);
        return sent >= 0 ? sent : failedToSend(sent);
    }

    /// What a packet socket says: ENETDOWN while the NIC is down, ENOBUFS where its queue is full,
    /// EMSGSIZE and EINVAL to what is no frame there, ENXIO when the NIC is gone.
    private int failedToSend(int error) throws SyscallException {
        if (Errno.EAGAIN.is(error)
                || Errno.ENOBUFS.is(error)
                || Errno.ENOMEM.is(error)
                || Errno.ENETDOWN.is(error)) {
            return 0;
        }
        if (Errno.EMSGSIZE.is(error) || Errno.EINVAL.is(error)) {
            return REFUSED;
        }
        throw new SyscallException("sendmmsg(" + nic + ")", error);
    }

    /// Its packet socket.
    Fd descriptor() {
        return fd;
    }

    @Override
    public void close() {
        fd.close();
        closed.accept(this);
    }
}
