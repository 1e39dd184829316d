package switchd.posix;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import switchd.core.Kernel;
import switchd.core.UsageException;

/// `struct sockaddr_un`: where a unix socket is bound.
///
/// Linux: a 16-bit family and 108 bytes of path (`include/uapi/linux/un.h`). Darwin: a length byte,
/// an 8-bit family and 104 bytes (`bsd/sys/un.h`). The path begins at byte 2 on both.
public final class UnixAddress {
    /// Bytes that hold an address of either kernel, a multiple of eight.
    public static final int BYTES = 112;

    /// The longest path in bytes, with room for a final NUL: 107 on Linux, 103 on Darwin.
    public static final int LONGEST_PATH = Kernel.current() == Kernel.LINUX ? 107 : 103;

    /// Where the path begins in an address, in bytes.
    public static final int PATH = 2;

    private final MemorySegment memory;
    private final int length;

    private UnixAddress(MemorySegment memory, int length) {
        this.memory = memory;
        this.length = length;
    }

    /// The address of a path.
    ///
    /// @throws UsageException where the path is too long for the kernel
    public static UnixAddress of(Arena arena, String path) throws UsageException {
        byte[] bytes = path.getBytes(UTF_8);
        if (bytes.length > LONGEST_PATH) {
            throw new UsageException(
                    path
                            + " is too long for a socket: "
                            + bytes.length
                            + " bytes, at most "
                            + LONGEST_PATH
                            + "; choose a shorter --socket or --name");
        }
        MemorySegment memory = arena.allocate(BYTES, Long.BYTES);
        int length = PATH + bytes.length + 1;
        if (Kernel.current() == Kernel.LINUX) {
            memory.set(JAVA_SHORT, 0, (short) PosixConstants.AF_UNIX);
        } else {
            memory.set(JAVA_BYTE, 0, (byte) length);
            memory.set(JAVA_BYTE, 1, (byte) PosixConstants.AF_UNIX);
        }
        MemorySegment.copy(bytes, 0, memory, JAVA_BYTE, PATH, bytes.length);
        return new UnixAddress(memory, length);
    }

    /// The address as the kernel takes it.
    public MemorySegment memory() {
        return memory;
    }

    /// Bytes of it that count.
    public int length() {
        return length;
    }

    /// True where an address that the kernel wrote is that of a unix socket.
    public static boolean isUnix(MemorySegment memory) {
        int family =
                Kernel.current() == Kernel.LINUX
                        ? memory.get(JAVA_SHORT, 0)
                        : memory.get(JAVA_BYTE, 1);
        return family == PosixConstants.AF_UNIX;
    }

    /// The path in an address that the kernel wrote at `offset`; empty for a socket that is not
    /// bound to a path.
    ///
    /// @param written the length that the kernel reported, which may count a final NUL or not
    public static String path(MemorySegment memory, long offset, int written) {
        int end = Math.min(written, BYTES);
        int length = 0;
        while (PATH + length < end && memory.get(JAVA_BYTE, offset + PATH + length) != 0) {
            length++;
        }
        byte[] bytes = new byte[length];
        MemorySegment.copy(memory, JAVA_BYTE, offset + PATH, bytes, 0, length);
        return new String(bytes, UTF_8);
    }
}
