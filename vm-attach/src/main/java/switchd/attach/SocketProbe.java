package switchd.attach;

import java.lang.foreign.Arena;
import switchd.core.Errno;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.posix.Fd;
import switchd.posix.PeerProcess;
import switchd.posix.Posix;
import switchd.posix.PosixConstants;
import switchd.posix.UnixAddress;

/// What came of asking whether somebody is at a socket: nothing is sent to find out. A stream
/// socket that is in use says that it is of the wrong kind, and hears of no connection.
///
/// @param result a negated error number where nobody is, or where he cannot be reached
/// @param process who is there; 0 where the kernel does not tell
record SocketProbe(int result, int process) {
    /// Asks, with the rights that the thread has.
    ///
    /// @param path of the socket; a link there is followed
    static SocketProbe of(Posix posix, String path) throws SwitchdException {
        try (Arena arena = Arena.ofConfined()) {
            UnixAddress address = UnixAddress.of(arena, path);
            int number = posix.socket(PosixConstants.AF_UNIX, PosixConstants.SOCK_DGRAM, 0);
            SyscallException.check("socket(AF_UNIX, SOCK_DGRAM)", number);
            Fd fd = new Fd(posix, number);
            int result = posix.connect(number, address.memory(), address.length());
            int process = result < 0 ? 0 : PeerProcess.of(posix, number);
            fd.close();
            return new SocketProbe(result, process);
        }
    }

    /// True where nobody is there for certain.
    boolean isDead() {
        return Errno.ECONNREFUSED.is(result) || Errno.ENOENT.is(result);
    }
}
