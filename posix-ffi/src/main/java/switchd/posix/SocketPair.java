package switchd.posix;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import switchd.core.SyscallException;

/// Two unix sockets that are connected to each other; programs that are run get neither.
///
/// @param near the end of whoever makes it
/// @param far the other end, to be handed on as a rule
public record SocketPair(Fd near, Fd far) implements AutoCloseable {
    /// @throws SyscallException where the kernel gives none: EMFILE, ENFILE
    public static SocketPair ofDatagrams(Posix posix) throws SyscallException {
        return of(posix, PosixConstants.SOCK_DGRAM, "socketpair(AF_UNIX, SOCK_DGRAM)");
    }

    /// @throws SyscallException where the kernel gives none: EMFILE, ENFILE
    public static SocketPair ofStreams(Posix posix) throws SyscallException {
        return of(posix, PosixConstants.SOCK_STREAM, "socketpair(AF_UNIX, SOCK_STREAM)");
    }

    private static SocketPair of(Posix posix, int type, String call) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ends = arena.allocate(JAVA_INT, 2);
            int result = posix.socketpair(PosixConstants.AF_UNIX, type, 0, ends);
            SyscallException.check(call, result);
            int near = ends.getAtIndex(JAVA_INT, 0);
            int far = ends.getAtIndex(JAVA_INT, 1);
            posix.fcntl(near, PosixConstants.F_SETFD, PosixConstants.FD_CLOEXEC);
            posix.fcntl(far, PosixConstants.F_SETFD, PosixConstants.FD_CLOEXEC);
            return new SocketPair(new Fd(posix, near), new Fd(posix, far));
        }
    }

    /// Closes both. Closing twice is no error.
    @Override
    public void close() {
        near.close();
        far.close();
    }
}
