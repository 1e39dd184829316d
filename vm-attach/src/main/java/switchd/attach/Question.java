package switchd.attach;

import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import switchd.core.Errno;
import switchd.core.FrameBatch;
import switchd.posix.DatagramIo;

/// A frame that asks the kernel whether anybody is at the far end of a datagram socket: from nobody
/// to nobody, of a type for experiments (IEEE 802, 0x88b5). A guest's NIC drops it.
final class Question {
    private static final MemorySegment FRAME = Arena.global().allocate(60);

    static {
        FRAME.set(JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN), 12, (short) 0x88b5);
    }

    private Question() {}

    /// True where the kernel says that nobody is there to take it.
    static boolean isRefused(DatagramIo io, int fd) {
        FrameBatch question = FrameBatch.view(1);
        question.over(FRAME);
        question.add(0, (int) FRAME.byteSize());
        int sent = io.send(fd, question, 0);
        return sent < 0 && !isForWantOfRoom(sent);
    }

    /// True where a datagram was not sent as its receiver's queue is full.
    static boolean isForWantOfRoom(int result) {
        return Errno.EAGAIN.is(result) || Errno.ENOBUFS.is(result) || Errno.ENOMEM.is(result);
    }
}
