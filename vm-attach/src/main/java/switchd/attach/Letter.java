package switchd.attach;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import switchd.core.SyscallException;
import switchd.posix.Posix;
import switchd.posix.PosixConstants;
import switchd.posix.SocketPair;

/// A few octets that outlive this process in a descriptor: a datagram that waits in one end of a
/// pair of sockets, a copy of which others hold. A newer one is sent before the older one is taken
/// out, so that there is always one.
///
/// Used by the loop's thread alone; never blocks.
final class Letter implements AutoCloseable {
    /// The most that is looked at: two are there where the writer was killed between the two steps.
    private static final int MOST_WAITING = 4;

    private final Posix posix;
    private final SocketPair ends;
    private boolean written;

    private Letter(Posix posix, SocketPair ends) {
        this.posix = posix;
        this.ends = ends;
    }

    /// @throws SyscallException where the kernel gives no pair
    static Letter open(Posix posix) throws SyscallException {
        SocketPair ends = SocketPair.ofDatagrams(posix);
        doNotWait(posix, ends.near().number());
        doNotWait(posix, ends.far().number());
        return new Letter(posix, ends);
    }

    /// The descriptor in which it waits.
    int fd() {
        return ends.far().number();
    }

    /// Puts it in the place of the one before.
    ///
    /// @throws SyscallException where the kernel has no room; the one before stays
    void write(byte[] bytes) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocateFrom(JAVA_BYTE, bytes);
            SyscallException.check(
                    "write(letter)", posix.write(ends.near().number(), memory, 0, bytes.length));
            if (written) {
                posix.read(fd(), arena.allocate(VmNote.MOST), 0, VmNote.MOST);
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
        ends.close();
    }
}
