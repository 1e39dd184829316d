package switchd.darwin;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import switchd.darwin.testkit.Abi;

/// Calls on unix sockets and kqueues as a C program makes them, the structs laid out by the
/// compiler's table.
final class UnixCalls {
    private static final int EVENTS = 16;
    private static final int EVENT = Abi.size("kevent64_s");

    private final Darwin darwin;
    private final Arena arena;
    private final MemorySegment room;

    /// Where the last datagram came from.
    String from = "";

    UnixCalls(Darwin darwin, Arena arena) {
        this.darwin = darwin;
        this.arena = arena;
        this.room = arena.allocate(70_000);
    }

    int socket() {
        return darwin.socket(constant("AF_UNIX"), constant("SOCK_DGRAM"), 0);
    }

    /// A socket that is bound.
    int socket(String path) {
        int fd = socket();
        bind(fd, path);
        return fd;
    }

    int bind(int fd, String path) {
        MemorySegment address = address(path);
        return darwin.bind(fd, address, (int) address.byteSize());
    }

    int connect(int fd, String path) {
        MemorySegment address = address(path);
        return darwin.connect(fd, address, (int) address.byteSize());
    }

    int unlink(String path) {
        return darwin.unlink(arena.allocateFrom(path));
    }

    long write(int fd, int bytes) {
        return darwin.write(fd, room, 0, bytes);
    }

    long read(int fd, int bytes) {
        return darwin.read(fd, room, 0, bytes);
    }

    long send(int fd, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        MemorySegment.copy(bytes, 0, room, JAVA_BYTE, 0, bytes.length);
        return darwin.write(fd, room, 0, bytes.length);
    }

    long sendTo(int fd, String path, int bytes) {
        MemorySegment address = address(path);
        return darwin.sendmsg(fd, header(address, address.byteSize(), bytes), 0);
    }

    long receive(int fd) {
        MemorySegment name = arena.allocate(Abi.size("sockaddr_un"));
        MemorySegment header = header(name, name.byteSize(), room.byteSize());
        long result = darwin.recvmsg(fd, header, constant("MSG_DONTWAIT"));
        from = result < 0 ? "" : name.getString(Abi.offset("sockaddr_un", "sun_path"));
        return result;
    }

    /// The text that the last datagram began with.
    String text(long bytes) {
        return new String(room.asSlice(0, bytes).toArray(JAVA_BYTE), StandardCharsets.US_ASCII);
    }

    int set(int fd, String option, int value) {
        return darwin.setsockopt(
                fd,
                constant("SOL_SOCKET"),
                constant(option),
                arena.allocateFrom(JAVA_INT, value),
                Integer.BYTES);
    }

    /// The value, or the negated error number.
    int get(int fd, String level, String option) {
        MemorySegment value = arena.allocate(JAVA_INT);
        MemorySegment length = arena.allocateFrom(JAVA_INT, Integer.BYTES);
        int result =
                darwin.getsockopt(
                        fd, level.isEmpty() ? 0 : constant(level), constant(option), value, length);
        return result < 0 ? result : value.get(JAVA_INT, 0);
    }

    int[] pair() {
        MemorySegment fds = arena.allocate(JAVA_INT, 2);
        darwin.socketpair(constant("AF_UNIX"), constant("SOCK_DGRAM"), 0, fds);
        return fds.toArray(JAVA_INT);
    }

    /// Headers of as many messages, each of `bytes` bytes.
    MemorySegment messages(int count, int bytes) {
        int size = Abi.size("msghdr_x");
        MemorySegment headers = arena.allocate((long) count * size, Long.BYTES);
        for (int i = 0; i < count; i++) {
            headers.asSlice((long) i * size, Abi.size("msghdr"))
                    .copyFrom(header(MemorySegment.NULL, 0, bytes));
        }
        return headers;
    }

    /// The length that `recvmsg_x` told of message `i`.
    static long dataLength(MemorySegment headers, int i) {
        long header = (long) i * Abi.size("msghdr_x");
        return headers.get(JAVA_LONG, header + Abi.offset("msghdr_x", "msg_datalen"));
    }

    /// Makes one change, without a wait.
    int change(int kqueue, int fd, String filter, String... flags) {
        MemorySegment none = MemorySegment.NULL;
        return darwin.kevent64(kqueue, prepared(fd, filter, flags), 1, none, 0, 0, none);
    }

    /// A change to a kqueue.
    MemorySegment prepared(int fd, String filter, String... flags) {
        MemorySegment change = arena.allocate(EVENT, Long.BYTES);
        change.set(JAVA_LONG, Abi.offset("kevent64_s", "ident"), fd);
        change.set(JAVA_SHORT, Abi.offset("kevent64_s", "filter"), (short) constant(filter));
        int bits = 0;
        for (String flag : flags) {
            bits |= constant(flag);
        }
        change.set(JAVA_SHORT, Abi.offset("kevent64_s", "flags"), (short) bits);
        return change;
    }

    /// The events that are there now.
    List<String> poll(int kqueue) {
        MemorySegment events = arena.allocate((long) EVENT * EVENTS, Long.BYTES);
        MemorySegment atOnce = arena.allocate(Abi.size("timespec"), Long.BYTES);
        int n = darwin.kevent64(kqueue, MemorySegment.NULL, 0, events, EVENTS, 0, atOnce);
        List<String> told = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            told.add(event(events.asSlice((long) i * EVENT, EVENT)));
        }
        return told;
    }

    private static String event(MemorySegment event) {
        return "ident="
                + event.get(JAVA_LONG, Abi.offset("kevent64_s", "ident"))
                + " filter="
                + event.get(JAVA_SHORT, Abi.offset("kevent64_s", "filter"))
                + " flags=0x"
                + Integer.toHexString(event.get(JAVA_SHORT, Abi.offset("kevent64_s", "flags")))
                + " fflags=0x"
                + Integer.toHexString(event.get(JAVA_INT, Abi.offset("kevent64_s", "fflags")))
                + " data="
                + event.get(JAVA_LONG, Abi.offset("kevent64_s", "data"));
    }

    private MemorySegment header(MemorySegment name, long nameLength, long bytes) {
        MemorySegment iovec = arena.allocate(Abi.size("iovec"), Long.BYTES);
        iovec.set(JAVA_LONG, Abi.offset("iovec", "iov_base"), room.address());
        iovec.set(JAVA_LONG, Abi.offset("iovec", "iov_len"), bytes);
        MemorySegment header = arena.allocate(Abi.size("msghdr"), Long.BYTES);
        header.set(JAVA_LONG, Abi.offset("msghdr", "msg_name"), name.address());
        header.set(JAVA_INT, Abi.offset("msghdr", "msg_namelen"), (int) nameLength);
        header.set(JAVA_LONG, Abi.offset("msghdr", "msg_iov"), iovec.address());
        header.set(JAVA_INT, Abi.offset("msghdr", "msg_iovlen"), 1);
        return header;
    }

    private MemorySegment address(String path) {
        int at = Abi.offset("sockaddr_un", "sun_path");
        MemorySegment address = arena.allocate(at + path.length() + 1L);
        address.set(JAVA_BYTE, Abi.offset("sockaddr_un", "sun_len"), (byte) address.byteSize());
        address.set(JAVA_BYTE, Abi.offset("sockaddr_un", "sun_family"), (byte) constant("AF_UNIX"));
        address.setString(at, path);
        return address;
    }

    private static int constant(String name) {
        return (int) Abi.constant(name);
    }
}
