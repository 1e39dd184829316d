package switchd.darwin;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import switchd.core.SyscallException;
import switchd.core.testkit.PollerContract;
import switchd.posix.Fd;
import switchd.posix.PosixConstants;

/// Two datagram sockets, connected to each other.
final class SocketPair implements PollerContract.Pipe {
    private final Darwin darwin;
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment buffer = arena.allocate(2048);
    private final Fd near;
    private final Fd far;

    SocketPair(Darwin darwin) throws SyscallException {
        this.darwin = darwin;
        MemorySegment pair = arena.allocate(JAVA_INT, 2);
        SyscallException.check(
                "socketpair(AF_UNIX, SOCK_DGRAM)",
                darwin.socketpair(PosixConstants.AF_UNIX, PosixConstants.SOCK_DGRAM, 0, pair));
        near = new Fd(darwin, pair.getAtIndex(JAVA_INT, 0));
        far = new Fd(darwin, pair.getAtIndex(JAVA_INT, 1));
    }

    @Override
    public int near() {
        return near.number();
    }

    int far() {
        return far.number();
    }

    @Override
    public void write() throws SyscallException {
        SyscallException.check("write()", darwin.write(far.number(), buffer, 0, 1));
    }

    @Override
    public void read() throws SyscallException {
        SyscallException.check("read()", darwin.read(near.number(), buffer, 0, 1));
    }

    /// Sends `bytes` from the near to the far end.
    ///
    /// @return a negated error number where it is not taken
    long send(int bytes) {
        return darwin.write(near.number(), buffer, 0, bytes);
    }

    /// Reads one datagram at the far end.
    void receive() throws SyscallException {
        SyscallException.check("read()", darwin.read(far.number(), buffer, 0, 2048));
    }

    @Override
    public void hangUp() {
        far.close();
    }

    @Override
    public void close() {
        near.close();
        far.close();
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
