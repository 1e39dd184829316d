package switchd.posix;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import switchd.core.SyscallException;

/// How long a call on a socket waits at most, EAGAIN then: who hangs at the far end holds nobody
/// up.
public final class SocketTimeout {
    private static final int TIMEVAL_BYTES = 2 * Long.BYTES;

    private SocketTimeout() {}

    /// For calls that receive.
    ///
    /// @param seconds 0: as long as it takes
    /// @throws SyscallException where the kernel refuses
    public static void receive(Posix posix, int fd, int seconds) throws SyscallException {
        set(posix, fd, PosixConstants.SO_RCVTIMEO, "SO_RCVTIMEO", seconds);
    }

    /// For calls that send; on Linux for those that connect as well.
    ///
    /// @param seconds 0: as long as it takes
    /// @throws SyscallException where the kernel refuses
    public static void send(Posix posix, int fd, int seconds) throws SyscallException {
        set(posix, fd, PosixConstants.SO_SNDTIMEO, "SO_SNDTIMEO", seconds);
    }

    private static void set(Posix posix, int fd, int option, String name, int seconds)
            throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            // struct timeval; what is 32 bits on Darwin is little-endian in 64
            MemorySegment time = arena.allocate(TIMEVAL_BYTES, Long.BYTES);
            time.set(JAVA_LONG, 0, seconds);
            int result =
                    posix.setsockopt(fd, PosixConstants.SOL_SOCKET, option, time, TIMEVAL_BYTES);
            SyscallException.check("setsockopt(" + name + ")", result);
        }
    }
}
