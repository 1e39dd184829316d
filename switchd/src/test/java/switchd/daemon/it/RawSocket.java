package switchd.daemon.it;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.nio.ByteOrder.BIG_ENDIAN;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import switchd.core.SyscallException;
import switchd.daemon.lab.Namespace;
import switchd.linux.Linux;
import switchd.linux.NativeLinux;
import switchd.posix.PosixConstants;
import switchd.posix.SocketBuffers;

/// A socket that frames go through one by one: of a NIC, or a descriptor of a port. One thread
/// alone uses it.
final class RawSocket implements AutoCloseable {
    private static final int AF_PACKET = 17;
    private static final int SOCK_RAW = 3;
    private static final int EVERYTHING = 3; // ETH_P_ALL
    private static final int ADDRESS_BYTES = 20;
    private static final int SOL_PACKET = 263;
    private static final int PACKET_IGNORE_OUTGOING = 23;
    private static final int LONGEST = 2048;

    private final Arena arena;
    private final Linux linux;
    private final int fd;
    private final MemorySegment buffer;

    RawSocket(Arena arena, Linux linux, int fd) {
        this.arena = arena;
        this.linux = linux;
        this.fd = fd;
        this.buffer = arena.allocate(LONGEST);
    }

    /// All frames of a NIC.
    static RawSocket of(Namespace namespace, String nic) throws Exception {
        String index = namespace.run("cat", "/sys/class/net/" + nic + "/ifindex").strip();
        return InHost.call(
                namespace,
                () -> {
                    Arena arena = Arena.ofShared();
                    Linux linux = new NativeLinux(arena);
                    int fd = linux.socket(AF_PACKET, SOCK_RAW, 0);
                    SyscallException.check("socket(AF_PACKET)", fd);
                    SocketBuffers.receive(linux, fd, 4 << 20);
                    SyscallException.check(
                            "setsockopt(PACKET_IGNORE_OUTGOING)",
                            linux.setsockopt(
                                    fd,
                                    SOL_PACKET,
                                    PACKET_IGNORE_OUTGOING,
                                    arena.allocateFrom(JAVA_INT, 1),
                                    Integer.BYTES));
                    MemorySegment address = arena.allocate(ADDRESS_BYTES, Integer.BYTES);
                    address.set(JAVA_SHORT, 0, (short) AF_PACKET);
                    address.set(JAVA_SHORT.withOrder(BIG_ENDIAN), 2, (short) EVERYTHING);
                    address.set(JAVA_INT, 4, Integer.parseInt(index));
                    SyscallException.check(
                            "bind(" + nic + ")", linux.bind(fd, address, ADDRESS_BYTES));
                    return new RawSocket(arena, linux, fd);
                });
    }

    /// Sends a frame; false where there is no room for it now.
    boolean send(byte[] frame) {
        MemorySegment.copy(frame, 0, buffer, JAVA_BYTE, 0, frame.length);
        return linux.sendto(
                        fd,
                        buffer,
                        frame.length,
                        PosixConstants.MSG_DONTWAIT,
                        MemorySegment.NULL,
                        0)
                == frame.length;
    }

    /// The frames that have come.
    List<byte[]> receive() {
        List<byte[]> frames = new ArrayList<>();
        while (true) {
            long length = linux.recvfrom(fd, buffer, LONGEST, PosixConstants.MSG_DONTWAIT);
            if (length <= 0) {
                return frames;
            }
            frames.add(buffer.asSlice(0, length).toArray(JAVA_BYTE));
        }
    }

    /// Closing twice is no error.
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            linux.close(fd);
            arena.close();
        }
    }
}
