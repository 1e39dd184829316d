package switchd.posix;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import switchd.core.Kernel;
import switchd.core.SyscallException;

/// Linux tells with a datagram who sent it (`SCM_CREDENTIALS`, `man 7 unix`), to a socket that
/// asked. Darwin does so for no datagram.
public final class SenderCredentials {
    /// Room for the control message: `CMSG_SPACE(sizeof(struct ucred))`, on 64-bit kernels.
    static final int BYTES = 32;

    // Linux include/uapi/asm-generic/socket.h, include/linux/socket.h
    private static final int SO_PASSCRED = 16;
    private static final int SCM_CREDENTIALS = 2;

    // struct cmsghdr: length, level, type; then struct ucred
    private static final int LEVEL = 8;
    private static final int TYPE = 12;
    private static final int UCRED = 16;

    private SenderCredentials() {}

    /// Has the kernel tell, or not, where it can.
    ///
    /// @throws SyscallException where it refuses
    public static void want(Posix posix, int fd, boolean wanted) throws SyscallException {
        if (Kernel.current() != Kernel.LINUX) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocateFrom(JAVA_INT, wanted ? 1 : 0);
            int result =
                    posix.setsockopt(
                            fd, PosixConstants.SOL_SOCKET, SO_PASSCRED, value, Integer.BYTES);
            SyscallException.check("setsockopt(SO_PASSCRED)", result);
        }
    }

    /// What the control message of `written` bytes at `offset` says; null where there is none.
    static @Nullable Credentials read(MemorySegment control, long offset, long written) {
        if (written < UCRED + 3 * Integer.BYTES
                || control.get(JAVA_LONG, offset) < UCRED + 3 * Integer.BYTES
                || control.get(JAVA_INT, offset + LEVEL) != PosixConstants.SOL_SOCKET
                || control.get(JAVA_INT, offset + TYPE) != SCM_CREDENTIALS) {
            return null;
        }
        return new Credentials(
                control.get(JAVA_INT, offset + UCRED),
                control.get(JAVA_INT, offset + UCRED + 4),
                control.get(JAVA_INT, offset + UCRED + 8));
    }
}
