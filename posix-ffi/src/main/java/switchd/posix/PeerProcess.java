package switchd.posix;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import switchd.core.Kernel;
import switchd.core.SyscallException;

/// Who is at the far end of a connected unix socket.
public final class PeerProcess {
    private static final boolean LINUX = Kernel.current() == Kernel.LINUX;

    // Linux include/uapi/asm-generic/socket.h; XNU bsd/sys/un.h
    private static final int LEVEL = LINUX ? PosixConstants.SOL_SOCKET : 0;
    private static final int OPTION = LINUX ? 17 : 2;

    // struct ucred begins with the process; LOCAL_PEERPID is nothing else
    private static final int BYTES = LINUX ? 3 * Integer.BYTES : Integer.BYTES;

    // struct xucred: version, user, then groups
    private static final int LOCAL_PEERCRED = 1;
    private static final int XUCRED_BYTES = 76;

    private PeerProcess() {}

    /// The user that the far end of a connected stream socket acted as when it connected or
    /// listened.
    ///
    /// @throws SyscallException where the kernel does not tell
    public static int user(Posix posix, int fd) throws SyscallException {
        int option = LINUX ? OPTION : LOCAL_PEERCRED;
        int bytes = LINUX ? BYTES : XUCRED_BYTES;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(bytes, Integer.BYTES);
            MemorySegment length = arena.allocateFrom(JAVA_INT, bytes);
            int result = posix.getsockopt(fd, LEVEL, option, value, length);
            SyscallException.check("getsockopt(peer credentials)", result);
            return value.get(JAVA_INT, Integer.BYTES);
        }
    }

    /// The process that connected, on Darwin the one that used the far end last; 0 where the kernel
    /// does not tell. (Linux tells it of streams only.)
    public static int of(Posix posix, int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(BYTES, Integer.BYTES);
            MemorySegment length = arena.allocateFrom(JAVA_INT, BYTES);
            int result = posix.getsockopt(fd, LEVEL, OPTION, value, length);
            return result < 0 ? 0 : Math.max(0, value.get(JAVA_INT, 0));
        }
    }
}
