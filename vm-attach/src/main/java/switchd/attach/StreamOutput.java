package switchd.attach;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import switchd.core.Errno;
import switchd.core.FrameBatch;
import switchd.posix.MessageHeader;
import switchd.posix.Posix;
import switchd.posix.StreamSocket;

/// Frames into a byte stream: 4 bytes of length, the highest first, then the frame.
///
/// A batch goes by one call, from where its frames lie. Of a frame that the kernel took in part the
/// rest is kept here and goes first at the next call. Nothing here allocates after construction.
final class StreamOutput {
    private static final int LENGTH = Integer.BYTES;
    private static final ValueLayout.OfInt WORD = JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int MOST = FrameBatch.CAPACITY;
    private static final long IOVEC = MessageHeader.IOVEC.byteSize();

    private final Posix posix;
    private final MemorySegment lengths;
    private final MemorySegment iovecs;
    private final MemorySegment header;
    private final MemorySegment rest;
    private int restStart;
    private int restEnd;

    StreamOutput(Posix posix, Arena arena) {
        this.posix = posix;
        lengths = arena.allocate(WORD, MOST);
        iovecs = arena.allocate(MessageHeader.IOVEC, 2 * MOST);
        header = arena.allocate(MessageHeader.LAYOUT);
        rest = arena.allocate(LENGTH + StreamInput.LONGEST, Long.BYTES);
    }

    /// Forgets what a former far end did not take.
    void clear() {
        restStart = 0;
        restEnd = 0;
    }

    /// Sends the rest of a frame that was taken in part.
    ///
    /// @return bytes that are left of it, or a negated error number
    int flush(int fd) {
        if (restStart == restEnd) {
            return 0;
        }
        MessageHeader.buffer(iovecs, 0, rest.address() + restStart, restEnd - restStart);
        long sent = send(fd, 1);
        if (sent < 0) {
            return isForWantOfRoom(sent) ? restEnd - restStart : (int) sent;
        }
        restStart += (int) sent;
        return restEnd - restStart;
    }

    /// Sends the frames of `batch` from frame `from` on, where no rest is left.
    ///
    /// @return the number of frames taken, the one that is kept in part included, or a negated
    ///   error number
    int send(int fd, FrameBatch batch, int from) {
        int count = Math.min(batch.count() - from, MOST);
        for (int i = 0; i < count; i++) {
            int length = batch.length(from + i);
            lengths.setAtIndex(WORD, i, length);
            long address = batch.memory().address() + batch.offset(from + i);
            MessageHeader.buffer(
                    iovecs, 2L * i * IOVEC, lengths.address() + (long) i * LENGTH, LENGTH);
            MessageHeader.buffer(iovecs, (2L * i + 1) * IOVEC, address, length);
        }
        long sent = send(fd, 2 * count);
        if (sent < 0) {
            return isForWantOfRoom(sent) ? 0 : (int) sent;
        }
        int taken = 0;
        while (taken < count && sent >= LENGTH + batch.length(from + taken)) {
            sent -= LENGTH + batch.length(from + taken);
            taken++;
        }
        if (sent > 0) {
            keepRest(batch, from + taken, (int) sent);
            taken++;
        }
        return taken;
    }

    private void keepRest(FrameBatch batch, int frame, int sent) {
        int length = batch.length(frame);
        rest.set(WORD, 0, length);
        MemorySegment.copy(batch.memory(), batch.offset(frame), rest, LENGTH, length);
        restStart = sent;
        restEnd = LENGTH + length;
    }

    /// True where the kernel says that nobody reads any more. Nothing is sent to find out.
    boolean isClosed(int fd) {
        MessageHeader.buffer(iovecs, 0, rest.address(), 0);
        long result = send(fd, 1);
        return result < 0 && !isForWantOfRoom(result);
    }

    private long send(int fd, int buffers) {
        MessageHeader.buffers(header, 0, iovecs, 0, buffers);
        return posix.sendmsg(fd, header, StreamSocket.SEND_FLAGS);
    }

    private static boolean isForWantOfRoom(long result) {
        return Errno.EAGAIN.is(result)
                || Errno.ENOBUFS.is(result)
                || Errno.ENOMEM.is(result)
                || Errno.EINTR.is(result);
    }
}
