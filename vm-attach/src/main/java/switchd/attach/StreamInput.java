package switchd.attach;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import switchd.core.Errno;
import switchd.core.FrameBatch;
import switchd.posix.MessageHeader;
import switchd.posix.Posix;
import switchd.posix.PosixConstants;

/// Frames out of a byte stream: 4 bytes of length, the highest first, then the frame.
///
/// One read takes as much as fits; the frames are named where they lie. Nothing here allocates
/// after construction.
final class StreamInput {
    /// The longest frame that a stream may carry, as QEMU has it (`NET_BUFSIZE`): guests with
    /// offload send up to 65550 bytes, socket_vmnet takes 65536. A longer one cannot be skipped
    /// with any hope that the next four bytes are a length.
    static final int LONGEST = 4096 + 65_536;

    /// What [#read] returns where the far end has closed the stream.
    static final int END = 0;

    private static final int LENGTH = Integer.BYTES;
    private static final int BEGIN = FrameBatch.HEADROOM;
    private static final int BYTES = BEGIN + (1 << 17);
    private static final ValueLayout.OfInt WORD =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final Posix posix;
    private final MemorySegment buffer;
    private final MemorySegment header;
    private final MemorySegment iovec;
    private final FrameBatch frames = FrameBatch.view(FrameBatch.CAPACITY);
    private int start = BEGIN;
    private int end = BEGIN;

    StreamInput(Posix posix, Arena arena) {
        this.posix = posix;
        buffer = arena.allocate(BYTES, Long.BYTES);
        header = arena.allocate(MessageHeader.LAYOUT);
        iovec = arena.allocate(MessageHeader.IOVEC);
        MessageHeader.oneBuffer(header, 0, iovec, 0);
    }

    /// Forgets what came from a former far end.
    void clear() {
        start = BEGIN;
        end = BEGIN;
    }

    /// The frames that are here as a whole, at most `most` of them; good until the next call of any
    /// method.
    FrameBatch next(int most) {
        frames.over(buffer);
        while (frames.count() < most && hasFrame()) {
            int length = buffer.get(WORD, start);
            frames.add(start + LENGTH, length);
            start += LENGTH + length;
        }
        return frames;
    }

    /// True where a whole frame is here.
    boolean hasFrame() {
        return hasLength() && !hasBadLength() && end - start - LENGTH >= length();
    }

    /// True where what comes next cannot be a frame.
    boolean hasBadLength() {
        return hasLength() && length() > LONGEST;
    }

    /// The length that comes next.
    long length() {
        return Integer.toUnsignedLong(buffer.get(WORD, start));
    }

    private boolean hasLength() {
        return end - start >= LENGTH;
    }

    /// Takes bytes that wait in the kernel; whole frames must be taken from here before.
    ///
    /// @return how many, [#END], or a negated error number
    long read(int fd) {
        if (start > BEGIN) {
            MemorySegment.copy(buffer, start, buffer, BEGIN, end - start);
            end -= start - BEGIN;
            start = BEGIN;
        }
        MessageHeader.buffer(iovec, 0, buffer.address() + end, BYTES - end);
        long taken = posix.recvmsg(fd, header, PosixConstants.MSG_DONTWAIT);
        if (taken > 0) {
            end += (int) taken;
        }
        return taken;
    }

    /// True where [#read] found nothing to take for now.
    static boolean isNothing(long read) {
        return Errno.EAGAIN.is(read)
                || Errno.EINTR.is(read)
                || Errno.ENOBUFS.is(read)
                || Errno.ENOMEM.is(read);
    }
}
