package switchd.attach;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import switchd.core.Errno;
import switchd.core.SyscallException;
import switchd.core.UsageException;
import switchd.posix.Posix;
import switchd.posix.PosixConstants;
import switchd.posix.UnixAddress;

/// A descriptor that this process was started with, as `--fd N` names it: a connected unix socket.
///
/// @param isStream true for a stream, false for datagrams
/// @param peer where the far end is bound; empty where it is bound to no path
record InheritedSocket(boolean isStream, String peer) {
    private static final int FIRST = 3;

    /// Sees what descriptor `number` is.
    ///
    /// @throws UsageException where it is no connected unix socket of datagrams or of a stream
    /// @throws SyscallException where the kernel does not tell
    static InheritedSocket inspect(Posix posix, int number)
            throws UsageException, SyscallException {
        if (number < FIRST) {
            throw new UsageException(
                    "--fd: 3 or more, not " + number + ": 0 to 2 are input, output and messages");
        }
        try (Arena arena = Arena.ofConfined()) {
            boolean isStream = isStream(posix, number, arena);
            return new InheritedSocket(isStream, peer(posix, number, arena));
        }
    }

    private static boolean isStream(Posix posix, int number, Arena arena)
            throws UsageException, SyscallException {
        MemorySegment type = arena.allocate(JAVA_INT);
        int result =
                posix.getsockopt(
                        number,
                        PosixConstants.SOL_SOCKET,
                        PosixConstants.SO_TYPE,
                        type,
                        arena.allocateFrom(JAVA_INT, Integer.BYTES));
        if (Errno.EBADF.is(result)) {
            throw wrong(number, "is not open: have the program that starts switchd leave it open");
        } else if (Errno.ENOTSOCK.is(result)) {
            throw wrong(number, "is no socket: give one end of a socketpair");
        }
        SyscallException.check("getsockopt(" + number + ", SO_TYPE)", result);
        return switch (type.get(JAVA_INT, 0)) {
            case PosixConstants.SOCK_DGRAM -> false;
            case PosixConstants.SOCK_STREAM -> true;
            default -> throw wrong(number, "is neither SOCK_DGRAM nor SOCK_STREAM");
        };
    }

    private static String peer(Posix posix, int number, Arena arena)
            throws UsageException, SyscallException {
        MemorySegment address = arena.allocate(UnixAddress.BYTES, Long.BYTES);
        MemorySegment length = arena.allocateFrom(JAVA_INT, UnixAddress.BYTES);
        int result = posix.getpeername(number, address, length);
        if (Errno.ENOTCONN.is(result) || Errno.EINVAL.is(result)) {
            throw wrong(number, "is not connected: give one end of a socketpair");
        }
        SyscallException.check("getpeername(" + number + ")", result);
        if (!UnixAddress.isUnix(address)) {
            throw wrong(number, "is no unix socket: give one end of a socketpair(AF_UNIX)");
        }
        return UnixAddress.path(address, 0, length.get(JAVA_INT, 0));
    }

    private static UsageException wrong(int number, String what) {
        return new UsageException("--fd: descriptor " + number + " " + what);
    }
}
