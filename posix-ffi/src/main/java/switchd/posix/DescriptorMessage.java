package switchd.posix;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import switchd.core.Errno;
import switchd.core.Kernel;

/// Bytes that go through a unix socket with a descriptor (`SCM_RIGHTS`): the receiver gets a copy
/// of its own.
///
/// `struct cmsghdr` begins with its length, in 64 bits on Linux and 32 on Darwin, then level and
/// type in 32 bits each; the descriptor follows.
public final class DescriptorMessage {
    /// In place of a descriptor where there is none.
    public static final int NONE = -1;

    private static final boolean LINUX = Kernel.current() == Kernel.LINUX;
    private static final int SCM_RIGHTS = 1;
    private static final int MSG_CMSG_CLOEXEC = LINUX ? 0x40000000 : 0;
    private static final int LEVEL = LINUX ? 8 : 4;
    private static final int TYPE = LEVEL + 4;
    private static final int DATA = TYPE + 4;

    /// More than one descriptor was never sent; what comes all the same is closed.
    private static final int MOST = 4;

    private static final int ROOM = DATA + MOST * Integer.BYTES;

    private DescriptorMessage() {}

    /// Sends bytes, with a copy of a descriptor where there is one.
    ///
    /// @param descriptor or [#NONE]
    /// @return how many were sent, or a negated error number
    public static long send(Posix posix, int socket, byte[] bytes, int descriptor) {
        return send(posix, socket, bytes, descriptor, 0);
    }

    /// Sends bytes where there is room for them at once.
    ///
    /// @return how many were sent, or a negated error number: EAGAIN without room
    public static long trySend(Posix posix, int socket, byte[] bytes) {
        return send(posix, socket, bytes, NONE, PosixConstants.MSG_DONTWAIT);
    }

    private static long send(Posix posix, int socket, byte[] bytes, int descriptor, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment header = header(arena, arena.allocateFrom(JAVA_BYTE, bytes));
            if (descriptor != NONE) {
                MemorySegment control = arena.allocate(ROOM, Long.BYTES);
                int length = DATA + Integer.BYTES;
                if (LINUX) {
                    control.set(JAVA_LONG, 0, length);
                } else {
                    control.set(JAVA_INT, 0, length);
                }
                control.set(JAVA_INT, LEVEL, PosixConstants.SOL_SOCKET);
                control.set(JAVA_INT, TYPE, SCM_RIGHTS);
                control.set(JAVA_INT, DATA, descriptor);
                MessageHeader.control(header, 0, control, 0);
                // CMSG_SPACE: to the next cmsghdr.
                MessageHeader.controlRoom(header, 0, LINUX ? length + 4 : length);
            }
            return posix.sendmsg(socket, header, flags);
        }
    }

    /// Receives up to `bytes.length` bytes. Programs that are started do not inherit the descriptor
    /// that comes along.
    ///
    /// @param descriptor gets it in its first element, or [#NONE]
    /// @return how many came, 0 at the end, or a negated error number
    public static long receive(Posix posix, int socket, byte[] bytes, int[] descriptor) {
        descriptor[0] = NONE;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(bytes.length);
            MemorySegment header = header(arena, buffer);
            MemorySegment control = arena.allocate(ROOM, Long.BYTES);
            MessageHeader.control(header, 0, control, 0);
            MessageHeader.controlRoom(header, 0, ROOM);
            long received = posix.recvmsg(socket, header, MSG_CMSG_CLOEXEC);
            if (received >= 0) {
                take(posix, control, MessageHeader.controlLength(header, 0), descriptor);
                MemorySegment.copy(buffer, JAVA_BYTE, 0, bytes, 0, (int) received);
            }
            return received;
        }
    }

    /// True where the far end is gone, and nothing that it has sent is left. Never waits.
    public static boolean isOver(Posix posix, int socket) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment header = header(arena, arena.allocate(1));
            int flags = PosixConstants.MSG_PEEK | PosixConstants.MSG_DONTWAIT;
            long waiting = posix.recvmsg(socket, header, flags);
            return waiting == 0 || Errno.ECONNRESET.is(waiting);
        }
    }

    private static void take(Posix posix, MemorySegment control, long written, int[] descriptor) {
        if (written < DATA + Integer.BYTES
                || control.get(JAVA_INT, LEVEL) != PosixConstants.SOL_SOCKET
                || control.get(JAVA_INT, TYPE) != SCM_RIGHTS) {
            return;
        }
        long length = LINUX ? control.get(JAVA_LONG, 0) : control.get(JAVA_INT, 0);
        for (long at = DATA; at + Integer.BYTES <= Math.min(length, ROOM); at += Integer.BYTES) {
            int number = control.get(JAVA_INT, at);
            if (descriptor[0] == NONE) {
                posix.fcntl(number, PosixConstants.F_SETFD, PosixConstants.FD_CLOEXEC);
                descriptor[0] = number;
            } else {
                posix.close(number);
            }
        }
    }

    private static MemorySegment header(Arena arena, MemorySegment buffer) {
        MemorySegment header = arena.allocate(MessageHeader.LAYOUT);
        MemorySegment vector = arena.allocate(MessageHeader.IOVEC);
        MessageHeader.buffer(vector, 0, buffer.address(), buffer.byteSize());
        MessageHeader.oneBuffer(header, 0, vector, 0);
        return header;
    }
}
