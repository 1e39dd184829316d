package switchd.posix;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import switchd.core.Kernel;

/// `struct msghdr` and `struct iovec` (glibc `bits/socket.h`; XNU `bsd/sys/socket.h`): on Linux the
/// number of buffers and the length of the control data have 64 bits, on Darwin 32.
public final class MessageHeader {
    private static final boolean LINUX = Kernel.current() == Kernel.LINUX;

    /// `struct iovec`.
    public static final StructLayout IOVEC =
            MemoryLayout.structLayout(ADDRESS.withName("iov_base"), JAVA_LONG.withName("iov_len"));

    /// `struct msghdr` of the running kernel.
    public static final StructLayout LAYOUT =
            LINUX
                    ? MemoryLayout.structLayout(
                            ADDRESS.withName("msg_name"),
                            JAVA_INT.withName("msg_namelen"),
                            MemoryLayout.paddingLayout(4),
                            ADDRESS.withName("msg_iov"),
                            JAVA_LONG.withName("msg_iovlen"),
                            ADDRESS.withName("msg_control"),
                            JAVA_LONG.withName("msg_controllen"),
                            JAVA_INT.withName("msg_flags"),
                            MemoryLayout.paddingLayout(4))
                    : MemoryLayout.structLayout(
                            ADDRESS.withName("msg_name"),
                            JAVA_INT.withName("msg_namelen"),
                            MemoryLayout.paddingLayout(4),
                            ADDRESS.withName("msg_iov"),
                            JAVA_INT.withName("msg_iovlen"),
                            MemoryLayout.paddingLayout(4),
                            ADDRESS.withName("msg_control"),
                            JAVA_INT.withName("msg_controllen"),
                            JAVA_INT.withName("msg_flags"));

    private static final long NAME = LAYOUT.byteOffset(PathElement.groupElement("msg_name"));
    private static final long NAME_LENGTH =
            LAYOUT.byteOffset(PathElement.groupElement("msg_namelen"));
    private static final long IOV = LAYOUT.byteOffset(PathElement.groupElement("msg_iov"));
    private static final long IOV_COUNT = LAYOUT.byteOffset(PathElement.groupElement("msg_iovlen"));
    private static final long CONTROL = LAYOUT.byteOffset(PathElement.groupElement("msg_control"));
    private static final long CONTROL_LENGTH =
            LAYOUT.byteOffset(PathElement.groupElement("msg_controllen"));
    private static final long IOV_LENGTH = IOVEC.byteOffset(PathElement.groupElement("iov_len"));

    private MessageHeader() {}

    /// Lets the header at `header` speak of the one buffer that the iovec at `iovec` names.
    public static void oneBuffer(
            MemorySegment headers, long header, MemorySegment iovecs, long iovec) {
        buffers(headers, header, iovecs, iovec, 1);
    }

    /// Lets the header at `header` speak of the `count` buffers that the iovecs from `iovec` on
    /// name.
    public static void buffers(
            MemorySegment headers, long header, MemorySegment iovecs, long iovec, int count) {
        headers.set(JAVA_LONG, header + IOV, iovecs.address() + iovec);
        headers.set(JAVA_INT, header + IOV_COUNT, count);
    }

    /// Has the kernel write the sender's address to `name`, at most [UnixAddress#BYTES] bytes.
    public static void wantName(
            MemorySegment headers, long header, MemorySegment names, long name) {
        headers.set(JAVA_LONG, header + NAME, names.address() + name);
        headers.set(JAVA_INT, header + NAME_LENGTH, UnixAddress.BYTES);
    }

    /// Bytes of the address that the kernel wrote.
    public static int nameLength(MemorySegment headers, long header) {
        return headers.get(JAVA_INT, header + NAME_LENGTH);
    }

    /// Sets the room for the next address, which the kernel replaces by what it wrote.
    public static void resetNameLength(MemorySegment headers, long header) {
        headers.set(JAVA_INT, header + NAME_LENGTH, UnixAddress.BYTES);
    }

    /// Says where control messages are to lie; there is no room for any yet.
    public static void control(MemorySegment headers, long header, MemorySegment control, long at) {
        headers.set(JAVA_LONG, header + CONTROL, control.address() + at);
        controlRoom(headers, header, 0);
    }

    /// Bytes of control messages that the kernel wrote.
    public static long controlLength(MemorySegment headers, long header) {
        return LINUX
                ? headers.get(JAVA_LONG, header + CONTROL_LENGTH)
                : headers.get(JAVA_INT, header + CONTROL_LENGTH);
    }

    /// Sets the room for the next control messages.
    public static void controlRoom(MemorySegment headers, long header, int bytes) {
        if (LINUX) {
            headers.set(JAVA_LONG, header + CONTROL_LENGTH, bytes);
        } else {
            headers.set(JAVA_INT, header + CONTROL_LENGTH, bytes);
        }
    }

    /// Lets the iovec at `iovec` name `length` bytes at `address`.
    public static void buffer(MemorySegment iovecs, long iovec, long address, long length) {
        iovecs.set(JAVA_LONG, iovec, address);
        iovecs.set(JAVA_LONG, iovec + IOV_LENGTH, length);
    }
}
