package switchd.attach;

import org.jspecify.annotations.Nullable;
import switchd.core.DropCause;
import switchd.core.Errno;
import switchd.core.FrameBatch;
import switchd.core.FrameSink;
import switchd.core.Peer;
import switchd.core.Port;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.core.VmLink;
import switchd.posix.DatagramIo;
import switchd.posix.Fd;
import switchd.posix.RoomSignal;

/// An attached VM: our socket, connected to the VM's.
///
/// Datagrams of others that are in the socket's queue, from before it was connected or, on Darwin,
/// from strangers at any time, are dropped and counted: every datagram's source is compared.
final class DatagramLink implements VmLink {
    /// What has become of the VM.
    enum Fate {
        /// It is there.
        HERE,
        /// It is alive, but its path is gone or leads to another socket.
        ASTRAY,
        /// It is dead, or talks to somebody else.
        GONE
    }

    /// Who made the link.
    interface Maker {
        /// Somebody else's datagram came in by the link.
        void stranger(DatagramLink link, String name);

        /// The link is closed; told once.
        void closed(DatagramLink link);
    }

    private final DatagramIo io;
    private final SocketPath.Bound socket;
    private final Fd fd;
    private final Client client;
    private final Port port;
    private final SocketPath path;
    private final RoomSignal roomSignal;
    private final Maker maker;
    private @Nullable Peer peer;
    private boolean usesPath;
    private boolean isMutual;
    private boolean closed;

    /// @param socket to be connected to `client` before anything is asked of the link, which closes
    ///   both
    DatagramLink(
            DatagramIo io,
            SocketPath.Bound socket,
            Client client,
            Port port,
            SocketPath path,
            RoomSignal roomSignal,
            Maker maker) {
        this.io = io;
        this.socket = socket;
        this.fd = socket.fd();
        this.client = client;
        this.port = port;
        this.path = path;
        this.roomSignal = roomSignal;
        this.maker = maker;
    }

    /// Who is attached.
    Client client() {
        return client;
    }

    /// True for a VM that never connects its socket: its frames come to the path.
    boolean usesPath() {
        return usesPath;
    }

    /// Takes note that a frame of the VM came to the path.
    void heardAtPath() {
        usesPath = true;
    }

    /// Finds out what has become of the VM.
    ///
    /// A look at its path is enough as long as all is as it was. Where it is not (a VM that leaves
    /// removes its path, but so does who tidies up a directory), an empty frame settles it: the
    /// kernel refuses it where nobody is there to take it.
    Fate fate() {
        if (answers()) {
            return Fate.HERE;
        }
        if (Question.isRefused(io, fd.number())) {
            return Fate.GONE;
        }
        return client.recognise() ? Fate.HERE : Fate.ASTRAY;
    }

    private boolean answers() {
        try {
            return path.as(client.rights(), () -> client.answers(fd.number()));
        } catch (SwitchdException _) {
            return false; // the frame will tell
        }
    }

    @Override
    public int fd() {
        return fd.number();
    }

    @Override
    public Peer peer() {
        Peer known = peer;
        if (known == null) {
            known =
                    new Peer(
                            Peer.Kind.DATAGRAM,
                            Client.printable(client.path()),
                            client.process(fd.number()),
                            socket.sendBuffer(),
                            socket.receiveBuffer());
            peer = known;
        }
        return known;
    }

    @Override
    public boolean isGone() {
        return fate() == Fate.GONE;
    }

    @Override
    public boolean tellsRoom() {
        return switch (roomSignal) {
            case ALL -> true;
            case MUTUAL -> isMutual;
            case NONE -> false;
        };
    }

    @Override
    public FrameBatch receive(int most) throws SyscallException {
        FrameBatch frames = io.slots();
        int received = io.receive(fd.number(), most);
        if (received < 0 && !Question.isForWantOfRoom(received)) {
            throw new SyscallException("recvmsg(from " + peer() + ")", received);
        }
        int kept = 0;
        for (int i = 0; i < received; i++) {
            if (io.isFrom(i, client.nameBytes())) {
                frames.move(i, kept++);
                continue;
            }
            port.toLan().dropped(DropCause.DETACHED, frames, i, i + 1);
            if (kept == i) {
                maker.stranger(this, io.source(i)); // the first of a batch will do
            }
        }
        isMutual |= kept > 0; // it has come here and not to the path: it is connected to us
        frames.truncate(kept);
        return frames;
    }

    @Override
    public int send(FrameBatch batch, int from) throws SyscallException {
        int sent = io.send(fd.number(), batch, from);
        if (sent > 0) {
            return sent;
        }
        if (Question.isForWantOfRoom(sent)) {
            return 0;
        }
        if (Errno.EMSGSIZE.is(sent)) {
            return FrameSink.REFUSED;
        }
        throw new SyscallException("sendmsg(to " + peer() + ")", sent);
    }

    /// Closing twice is no error.
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            fd.close();
            client.close();
            maker.closed(this);
        }
    }
}
