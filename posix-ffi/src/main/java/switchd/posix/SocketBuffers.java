package switchd.posix;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import switchd.core.Errno;
import switchd.core.Kernel;
import switchd.core.SyscallException;

/// The buffers of a socket, as asked for and as given.
///
/// Linux reports twice what was set, its own book-keeping included; the figures here are without
/// it. Linux cuts requests at `net.core.wmem_max` and `rmem_max`, which root may exceed; Darwin
/// refuses those above `kern.ipc.maxsockbuf` with ENOBUFS, so that they are halved until it takes
/// them.
public final class SocketBuffers {
    // Linux include/uapi/asm-generic/socket.h
    private static final int SO_SNDBUFFORCE = 32;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int SMALLEST = 4096;

    private SocketBuffers() {}

    /// Asks for a send buffer of `bytes`.
    ///
    /// @return what was given
    /// @throws SyscallException where the kernel gives none
    public static int send(Posix posix, int fd, int bytes) throws SyscallException {
        return set(posix, fd, PosixConstants.SO_SNDBUF, SO_SNDBUFFORCE, bytes);
    }

    /// Asks for a receive buffer of `bytes`.
    ///
    /// @return what was given
    /// @throws SyscallException where the kernel gives none
    public static int receive(Posix posix, int fd, int bytes) throws SyscallException {
        return set(posix, fd, PosixConstants.SO_RCVBUF, SO_RCVBUFFORCE, bytes);
    }

    private static int set(Posix posix, int fd, int option, int forceOption, int bytes)
            throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(JAVA_INT);
            value.set(JAVA_INT, 0, bytes);
            boolean linux = Kernel.current() == Kernel.LINUX;
            if (!linux || setOption(posix, fd, forceOption, value) < 0) {
                int wanted = bytes;
                int result = setOption(posix, fd, option, value);
                while (Errno.ENOBUFS.is(result) && wanted > SMALLEST) {
                    wanted /= 2;
                    value.set(JAVA_INT, 0, wanted);
                    result = setOption(posix, fd, option, value);
                }
                SyscallException.check("setsockopt(" + name(option) + ", " + wanted + ")", result);
            }
            MemorySegment length = arena.allocateFrom(JAVA_INT, Integer.BYTES);
            int read = posix.getsockopt(fd, PosixConstants.SOL_SOCKET, option, value, length);
            SyscallException.check("getsockopt(" + name(option) + ")", read);
            int given = value.get(JAVA_INT, 0);
            return linux ? given / 2 : given;
        }
    }

    private static int setOption(Posix posix, int fd, int option, MemorySegment value) {
        return posix.setsockopt(fd, PosixConstants.SOL_SOCKET, option, value, Integer.BYTES);
    }

    private static String name(int option) {
        return option == PosixConstants.SO_SNDBUF ? "SO_SNDBUF" : "SO_RCVBUF";
    }
}
