package switchd.posix;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import switchd.core.Kernel;
import switchd.core.SyscallException;

/// What a stream socket is told before the first byte.
public final class StreamSocket {
    /// For every `sendmsg`: no signal where nobody reads any more. Darwin has it as an option of
    /// the socket.
    public static final int SEND_FLAGS =
            PosixConstants.MSG_DONTWAIT | (Kernel.current() == Kernel.LINUX ? 0x4000 : 0);

    // Darwin bsd/sys/socket.h
    private static final int SO_NOSIGPIPE = 0x1022;

    private StreamSocket() {}

    /// Has calls on `fd` never block, programs that are started not inherit it, and a far end that
    /// is gone raise no signal.
    ///
    /// @throws SyscallException where the kernel refuses
    public static void prepare(Posix posix, int fd) throws SyscallException {
        posix.fcntl(fd, PosixConstants.F_SETFD, PosixConstants.FD_CLOEXEC);
        int flags = posix.fcntl(fd, PosixConstants.F_GETFL, 0);
        SyscallException.check("fcntl(F_GETFL)", flags);
        // Darwin: MSG_DONTWAIT has no effect on what sends.
        int set = posix.fcntl(fd, PosixConstants.F_SETFL, flags | PosixConstants.O_NONBLOCK);
        SyscallException.check("fcntl(F_SETFL, O_NONBLOCK)", set);
        if (Kernel.current() == Kernel.DARWIN) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment yes = arena.allocateFrom(JAVA_INT, 1);
                int result =
                        posix.setsockopt(
                                fd, PosixConstants.SOL_SOCKET, SO_NOSIGPIPE, yes, Integer.BYTES);
                SyscallException.check("setsockopt(SO_NOSIGPIPE)", result);
            }
        }
    }
}
