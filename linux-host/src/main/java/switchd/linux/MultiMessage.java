package switchd.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import switchd.posix.MessageHeader;

/// `struct mmsghdr` (glibc `bits/socket.h`): a `struct msghdr` and the bytes that it moved.
final class MultiMessage {
    static final StructLayout LAYOUT =
            MemoryLayout.structLayout(
                    MessageHeader.LAYOUT.withName("msg_hdr"),
                    JAVA_INT.withName("msg_len"),
                    MemoryLayout.paddingLayout(4));

    static final long BYTES = LAYOUT.byteSize();

    private static final long LENGTH = LAYOUT.byteOffset(PathElement.groupElement("msg_len"));

    private MultiMessage() {}

    /// Bytes that the message at `offset` moved.
    static int length(MemorySegment messages, long offset) {
        return messages.get(JAVA_INT, offset + LENGTH);
    }
}
