package switchd.attach;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import switchd.core.Errno;
import switchd.core.FrameBatch;
import switchd.core.FrameSink;
import switchd.core.Kernel;
import switchd.core.Peer;
import switchd.core.SyscallException;
import switchd.core.VmLink;
import switchd.posix.DatagramIo;
import switchd.posix.Fd;
import switchd.posix.Posix;
import switchd.posix.RoomSignal;
import switchd.posix.UnixAddress;

/// An attached VM that holds the other end of a connected datagram socket. Nobody else can reach
/// ours: there is no path to it.
final class DescriptorLink implements VmLink {
    private final DatagramIo io;
    private final Posix posix;
    private final Fd fd;
    private final Peer peer;
    private final RoomSignal roomSignal;
    private final Runnable ended;
    private boolean busy = true;
    private boolean closed;

    /// @param fd connected; the link closes it
    /// @param ended called when the link is closed, once
    DescriptorLink(
            DatagramIo io, Posix posix, Fd fd, Peer peer, RoomSignal roomSignal, Runnable ended) {
        this.io = io;
        this.posix = posix;
        this.fd = fd;
        this.peer = peer;
        this.roomSignal = roomSignal;
        this.ended = ended;
    }

    @Override
    public int fd() {
        return fd.number();
    }

    @Override
    public Peer peer() {
        return peer;
    }

    @Override
    public boolean tellsRoom() {
        return roomSignal != RoomSignal.NONE;
    }

    @Override
    public FrameBatch receive(int most) throws SyscallException {
        int received = io.receive(fd.number(), most);
        if (received < 0) {
            throw new SyscallException("recvmsg(from " + peer + ")", received);
        }
        busy |= received > 0;
        return io.slots();
    }

    @Override
    public int send(FrameBatch batch, int from) throws SyscallException {
        int sent = io.send(fd.number(), batch, from);
        if (sent > 0) {
            busy = true;
            return sent;
        }
        if (Question.isForWantOfRoom(sent)) {
            return 0;
        }
        if (Errno.EMSGSIZE.is(sent)) {
            return FrameSink.REFUSED;
        }
        throw new SyscallException("sendmsg(to " + peer + ")", sent);
    }

    /// True where nothing has gone either way since the last time this was asked: only then is
    /// there a reason to ask the kernel for the far end.
    boolean hasBeenQuiet() {
        boolean quiet = !busy;
        busy = false;
        return quiet;
    }

    /// True where all copies of the far end are closed. Darwin disconnects our end then; Linux
    /// tells it to who sends.
    @Override
    public boolean isGone() {
        return Kernel.current() == Kernel.DARWIN
                ? isDisconnected()
                : Question.isRefused(io, fd.number());
    }

    private boolean isDisconnected() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(UnixAddress.BYTES, Long.BYTES);
            MemorySegment length = arena.allocateFrom(JAVA_INT, UnixAddress.BYTES);
            return posix.getpeername(fd.number(), address, length) < 0;
        }
    }

    boolean isClosed() {
        return closed;
    }

    /// Closing twice is no error.
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            fd.close();
            ended.run();
        }
    }
}
