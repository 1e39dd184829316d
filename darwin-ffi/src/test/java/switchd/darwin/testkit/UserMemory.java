package switchd.darwin.testkit;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/// A process's memory, as the kernel reaches it: `EFAULT` where a pointer leads nowhere.
@SuppressWarnings("restricted")
final class UserMemory {
    private static final long LONGEST_STRING = 4096;

    /// An `int` anywhere.
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

    /// A `long` anywhere.
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

    private UserMemory() {}

    /// `bytes` bytes where a pointer that was found in memory leads.
    static MemorySegment at(long address, long bytes) {
        Refused.when(address == 0 && bytes > 0, "EFAULT");
        return MemorySegment.ofAddress(address).reinterpret(bytes);
    }

    /// `bytes` bytes of what the caller passed, from `offset` on.
    static MemorySegment of(MemorySegment memory, long offset, long bytes) {
        Refused.when(memory.address() == 0 && bytes > 0, "EFAULT");
        return memory.asSlice(offset, bytes);
    }

    /// A C string, null where there is none.
    static @Nullable String string(MemorySegment pointer) {
        if (pointer.address() == 0) {
            return null;
        }
        MemorySegment memory =
                pointer.byteSize() == 0 ? pointer.reinterpret(LONGEST_STRING) : pointer;
        return memory.getString(0);
    }

    /// The bytes.
    static byte[] bytes(MemorySegment memory) {
        return memory.toArray(JAVA_BYTE);
    }

    /// Copies as much as there is room for; gives how much.
    static int copy(byte[] bytes, MemorySegment to) {
        int copied = (int) Math.min(bytes.length, to.byteSize());
        MemorySegment.copy(bytes, 0, to, JAVA_BYTE, 0, copied);
        return copied;
    }

    /// The text up to the first NUL.
    static String text(byte[] bytes, int from) {
        int end = from;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, from, end - from, UTF_8);
    }
}
