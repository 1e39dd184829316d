package switchd.attach;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.core.Undo;
import switchd.posix.Fd;
import switchd.posix.Posix;
import switchd.posix.PosixConstants;

/// A few octets that outlive this process in a descriptor: a datagram that waits in one end of a
/// pair of sockets, a copy of which others hold. A newer one is sent before the older one is taken
/// out, so that there is always one.
///
/// Used by the loop's thread alone; never blocks.
final class Letter implements AutoCloseable {
    /// The most that is looked at: two are there where the writer was killed between the two steps.
    private static final int MOST_WAITING = 4;

    private final Posix posix;
    private final Fd from;
    private final Fd to;
    private boolean written;

    private Letter(Posix posix, Fd from, Fd to) {
        this.posix = posix;
        this.from = from;
        this.to = to;
    }

    /// @throws SwitchdException where the kernel gives no pair
    static Letter open(Posix posix) throws SwitchdException {
        try (Undo undo = new Undo();
                Arena arena = Arena.ofConfined()) {
            MemorySegment pair = arena.allocate(JAVA_INT, 2);
            int result =
                    posix.socketpair(PosixConstants.AF_UNIX, PosixConstants.SOCK_DGRAM, 0, pair);
            SyscallException.check("socketpair(AF_UNIX, SOCK_DGRAM)", result);
            Fd from = new Fd(posix, pair.getAtIndex(JAVA_INT, 0));
            undo.push(from::close);
            Fd to = new Fd(posix, pair.getAtIndex(JAVA_INT, 1));
            undo.push(to::close);
            for (Fd end : new Fd[] {from, to}) {
                posix.fcntl(end.number(), PosixConstants.F_SETFD, PosixConstants.FD_CLOEXEC);
                doNotWait(posix, end.number());
            }
            undo.keep();
            return new Letter(posix, from, to);
        }
    }

    /// The descriptor in which it waits.
    int fd() {
        return to.number();
    }

    /// Puts it in the place of the one before.
    ///
    /// @throws SyscallException where the kernel has no room; the one before stays
    void write(byte[] bytes) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocateFrom(JAVA_BYTE, bytes);
            SyscallException.check(
                    "write(letter)", posix.write(from.number(), memory, 0, bytes.length));
            if (written) {
                posix.read(to.number(), arena.allocate(VmNote.MOST), 0, VmNote.MOST);
            }
            written = true;
        }
    }

    /// The last one that waits in a descriptor that was held; empty where there is none.
    static byte[] read(Posix posix, int fd) {
        byte[] last = {};
        doNotWait(posix, fd);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(VmNote.MOST);
            long length = posix.read(fd, memory, 0, VmNote.MOST);
            for (int i = 0; i < MOST_WAITING && length > 0; i++) {
                last = memory.asSlice(0, length).toArray(JAVA_BYTE);
                length = posix.read(fd, memory, 0, VmNote.MOST);
            }
        }
        return last;
    }

    private static void doNotWait(Posix posix, int fd) {
        int flags = posix.fcntl(fd, PosixConstants.F_GETFL, 0);
        posix.fcntl(fd, PosixConstants.F_SETFL, flags | PosixConstants.O_NONBLOCK);
    }

    /// Closing twice is no error.
    @Override
    public void close() {
        from.close();
        to.close();
    }
}
