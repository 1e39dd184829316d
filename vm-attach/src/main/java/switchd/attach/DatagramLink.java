package switchd.attach;

import switchd.core.DropCause;
import switchd.core.Errno;
import switchd.core.FrameBatch;
import switchd.core.FrameSink;
import switchd.core.Port;
import switchd.core.SyscallException;
import switchd.core.VmLink;
import switchd.posix.DatagramIo;
import switchd.posix.Fd;

/// An attached VM: our socket, connected to the VM's.
///
/// Datagrams of others that are in the socket's queue, from before it was connected or, on Darwin,
/// from strangers at any time, are dropped and counted: every datagram's source is compared.
final class DatagramLink implements VmLink {
    private final DatagramIo io;
    private final Fd fd;
    private final Client client;
    private final Port port;
    private final boolean tellsRoom;
    private final Runnable closed;

    /// @param fd connected to `client`; the link closes both
    /// @param closed told once, when the link is closed
    DatagramLink(
            DatagramIo io, Fd fd, Client client, Port port, boolean tellsRoom, Runnable closed) {
        this.io = io;
        this.fd = fd;
        this.client = client;
        this.port = port;
        this.tellsRoom = tellsRoom;
        this.closed = closed;
    }

    /// Who is attached.
    Client client() {
        return client;
    }

    @Override
    public int fd() {
        return fd.number();
    }

    @Override
    public String peer() {
        return client.path();
    }

    @Override
    public boolean tellsRoom() {
        return tellsRoom;
    }

    @Override
    public FrameBatch receive() throws SyscallException {
        FrameBatch frames = io.slots();
        int received = io.receive(fd.number());
        if (received < 0) {
            throw new SyscallException("recvmsg(from " + client.path() + ")", received);
        }
        int kept = 0;
        for (int i = 0; i < received; i++) {
            if (io.isFrom(i, client.nameBytes())) {
                frames.move(i, kept++);
            }
        }
        port.toLan().dropped(DropCause.DETACHED, received - kept);
        frames.truncate(kept);
        return frames;
    }

    @Override
    public int send(FrameBatch batch, int from) throws SyscallException {
        int sent = io.send(fd.number(), batch, from);
        if (sent > 0) {
            return sent;
        }
        if (Errno.EAGAIN.is(sent) || Errno.ENOBUFS.is(sent) || Errno.ENOMEM.is(sent)) {
            return 0;
        }
        if (Errno.EMSGSIZE.is(sent)) {
            return FrameSink.REFUSED;
        }
        throw new SyscallException("sendmsg(to " + client.path() + ")", sent);
    }

    /// Closing twice is no error.
    @Override
    public void close() {
        fd.close();
        client.close();
        closed.run();
    }
}
