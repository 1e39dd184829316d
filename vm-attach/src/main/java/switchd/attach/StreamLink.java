package switchd.attach;

import java.lang.foreign.Arena;
import switchd.core.FrameBatch;
import switchd.core.FrameSink;
import switchd.core.Peer;
import switchd.core.Port;
import switchd.core.SyscallException;
import switchd.core.VmLink;
import switchd.posix.Fd;
import switchd.posix.Posix;

/// An attached VM at the far end of a stream: 4 bytes of length, the highest first, then the frame,
/// both ways.
///
/// The kernel tells everything by events: that there is room, and that the far end is closed.
final class StreamLink implements VmLink {
    /// The memory of a stream. One link after the other may use it.
    static final class Buffers {
        private final StreamInput input;
        private final StreamOutput output;

        /// @param arena must outlive every batch that a link has handed out
        Buffers(Posix posix, Arena arena) {
            input = new StreamInput(posix, arena);
            output = new StreamOutput(posix, arena);
        }
    }

    private final Fd fd;
    private final Port port;
    private final Peer peer;
    private final StreamInput input;
    private final StreamOutput output;
    private boolean closed;

    /// @param fd a stream that never blocks; the link closes it
    StreamLink(Fd fd, Port port, Peer peer, Buffers buffers) {
        this.fd = fd;
        this.port = port;
        this.peer = peer;
        this.input = buffers.input;
        this.output = buffers.output;
        input.clear();
        output.clear();
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
        return true;
    }

    @Override
    public FrameBatch receive(int most) throws SyscallException {
        if (!input.hasFrame() && !input.hasBadLength()) {
            long read = input.read(fd.number());
            if (read == StreamInput.END) {
                port.detach("it has closed the stream");
            } else if (read < 0 && !StreamInput.isNothing(read)) {
                throw new SyscallException("recvmsg(from " + peer + ")", read);
            }
        }
        FrameBatch frames = input.next(most);
        if (frames.count() == 0 && input.hasBadLength()) {
            port.detach(
                    "it announced a frame of "
                            + input.length()
                            + " bytes, and no frame has more than "
                            + StreamInput.LONGEST
                            + ": it is to send 4 bytes of length, the highest first, then the"
                            + " frame");
        }
        return frames;
    }

    @Override
    public boolean hasMore() {
        return input.hasFrame() || input.hasBadLength();
    }

    @Override
    public int send(FrameBatch batch, int from) throws SyscallException {
        if (!flush()) {
            return 0;
        }
        if (batch.length(from) > StreamInput.LONGEST) {
            return FrameSink.REFUSED;
        }
        return checked(output.send(fd.number(), batch, from));
    }

    @Override
    public boolean flush() throws SyscallException {
        return checked(output.flush(fd.number())) == 0;
    }

    private int checked(int sent) throws SyscallException {
        if (sent < 0) {
            throw new SyscallException("sendmsg(to " + peer + ")", sent);
        }
        return sent;
    }

    @Override
    public boolean isGone() {
        return output.isClosed(fd.number());
    }

    /// Closing twice is no error.
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            fd.close();
        }
    }
}
