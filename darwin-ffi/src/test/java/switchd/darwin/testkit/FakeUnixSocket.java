package switchd.darwin.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import switchd.darwin.testkit.DatagramQueue.Datagram;

/// An AF_UNIX datagram socket (XNU `bsd/kern/uipc_usrreq.c`, `uipc_socket.c`), and what a stream
/// socket has in common with it.
class FakeUnixSocket extends FakeSocket {
    /// What receivers get for the address of a sender that is not bound.
    private static final byte[] NO_NAME = {16, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};

    private static final int DEFAULT_SEND_SIZE = 2048;
    private static final int SEND_LOW_WATER = 2048;
    private static final int LONGEST_ADDRESS = 255;
    private static final int PATH = Abi.offset("sockaddr_un", "sun_path");
    private static final int MSG_DONTWAIT = (int) Abi.constant("MSG_DONTWAIT");
    private static final int MSG_PEEK = (int) Abi.constant("MSG_PEEK");
    private static final int EVFILT_READ = (int) Abi.constant("EVFILT_READ");

    final FakeKernel kernel;
    final int type;
    final DatagramQueue received;
    int sendSize = DEFAULT_SEND_SIZE;

    /// The error that the next call gives, by name.
    @Nullable String error;

    /// Whose process used it last: what `LOCAL_PEERPID` tells.
    FakeProcess lastUser;

    @Nullable FakeUnixSocket peer;
    private final Set<FakeUnixSocket> connectedToThis = new LinkedHashSet<>();
    private @Nullable FakeNode node;
    private byte @Nullable [] name;
    long readerWakeUps;
    long writerWakeUps;

    FakeUnixSocket(FakeProcess creator, int type) {
        this.kernel = creator.kernel;
        this.lastUser = creator;
        this.type = type;
        this.received = new DatagramQueue(kernel.profile);
    }

    /// The two ends of a `socketpair`.
    static FakeUnixSocket[] pair(FakeProcess creator, int type) {
        FakeUnixSocket one = new FakeUnixSocket(creator, type);
        FakeUnixSocket other = new FakeUnixSocket(creator, type);
        one.connectTo(other);
        other.connectTo(one);
        return new FakeUnixSocket[] {one, other};
    }

    @Override
    int bind(FakeXnu caller, MemorySegment address, int length) {
        bind(caller, address(address, length));
        return 0;
    }

    void bind(FakeXnu caller, byte[] address) {
        used(caller);
        String path = path(address);
        Refused.when(node != null, "EINVAL");
        FakeNode bound = kernel.files.makeSocket(caller.process(), path);
        bound.socket = this;
        node = bound;
        name = address;
    }

    @Override
    int connect(FakeXnu caller, MemorySegment address, int length) {
        connect(caller, address(address, length));
        return 0;
    }

    void connect(FakeXnu caller, byte[] address) {
        used(caller);
        disconnect();
        connectTo(target(caller, address));
    }

    @Override
    int getpeername(FakeXnu caller, MemorySegment address, MemorySegment length) {
        used(caller);
        byte[] bytes = Refused.ifNull(peer, "ENOTCONN").nameToTell();
        int room = UserMemory.of(length, 0, Integer.BYTES).get(UserMemory.INT, 0);
        UserMemory.copy(bytes, UserMemory.of(address, 0, Math.min(room, bytes.length)));
        length.set(UserMemory.INT, 0, bytes.length);
        return 0;
    }

    @Override
    long sendmsg(FakeXnu caller, MemorySegment message, int flags) {
        Message m = Message.of(message);
        return send(caller, m.hasName() ? m.name() : null, m.gather());
    }

    @Override
    long write(FakeXnu caller, MemorySegment buffer, long offset, long count) {
        return send(caller, null, UserMemory.bytes(UserMemory.of(buffer, offset, count)));
    }

    /// Sends one datagram.
    ///
    /// @param to null for the peer
    long send(FakeXnu caller, byte @Nullable [] to, byte[] data) {
        used(caller);
        takeError();
        Refused.when(peer == null && to == null, "EDESTADDRREQ");
        Refused.when(data.length > sendSize, "EMSGSIZE");
        Refused.when(peer != null && to != null, "EISCONN");
        FakeUnixSocket receiver =
                to == null ? Refused.ifNull(peer, "EDESTADDRREQ") : target(caller, checked(to));
        Refused.when(!receiver.received.add(nameToTell(), data), "ENOBUFS");
        receiver.readerWakeUps++;
        kernel.changed();
        return data.length;
    }

    @Override
    long recvmsg(FakeXnu caller, MemorySegment message, int flags) {
        Message m = Message.of(message);
        Datagram datagram = receive(caller, flags);
        return m.receive(datagram.data(), datagram.from());
    }

    @Override
    long read(FakeXnu caller, MemorySegment buffer, long offset, long count) {
        MemorySegment to = UserMemory.of(buffer, offset, count);
        return UserMemory.copy(receive(caller, 0).data(), to);
    }

    /// Takes the next datagram, waiting for it unless the socket or `flags` say not to.
    Datagram receive(FakeXnu caller, int flags) {
        used(caller);
        while (true) {
            boolean peek = (flags & MSG_PEEK) != 0;
            Datagram datagram = peek ? received.peek() : received.poll();
            if (datagram != null) {
                if (!peek) {
                    roomMade();
                }
                return datagram;
            }
            takeError();
            Refused.when(nonBlocking || (flags & MSG_DONTWAIT) != 0, "EAGAIN");
            long seen = readerWakeUps;
            while (readerWakeUps == seen) {
                kernel.sleep(caller.process());
            }
        }
    }

    @Override
    int getsockopt(
            FakeXnu caller, int level, int option, MemorySegment value, MemorySegment length) {
        used(caller);
        return UnixOptions.get(this, level, option, value, length);
    }

    @Override
    int setsockopt(FakeXnu caller, int level, int option, MemorySegment value, int length) {
        used(caller);
        return UnixOptions.set(this, level, option, value, length);
    }

    @Override
    long readable() {
        boolean ready = !received.isEmpty() || error != null;
        return ready ? received.payload() : NOT_READY;
    }

    /// macOS 13 began to look at the peer's room; macOS 11 sees only its own buffer, which is
    /// always empty.
    @Override
    long writable() {
        long space = sendSize;
        if (peer != null && kernel.profile.since(Profile.MACOS13)) {
            space = Math.min(space, peer.received.space());
        }
        boolean ready = space > 0 && space >= Math.min(SEND_LOW_WATER, sendSize);
        return ready || error != null ? space : NOT_READY;
    }

    @Override
    long wakeUps(int filter) {
        return filter == EVFILT_READ ? readerWakeUps : writerWakeUps;
    }

    /// Its file stays. Those who were connected to it lose their peer, and nobody wakes them.
    @Override
    void closed() {
        if (node != null) {
            node.socket = null;
        }
        disconnect();
        for (FakeUnixSocket other : connectedToThis) {
            other.peer = null;
            other.error = "ECONNRESET";
        }
        connectedToThis.clear();
    }

    private byte[] nameToTell() {
        return name == null ? NO_NAME : name;
    }

    void used(FakeXnu caller) {
        lastUser = caller.process();
    }

    private void takeError() {
        String pending = error;
        if (pending != null) {
            error = null;
            throw new Refused(pending);
        }
    }

    void connectTo(FakeUnixSocket other) {
        peer = other;
        other.connectedToThis.add(this);
        readerWakeUps++;
        writerWakeUps++;
        kernel.changed();
    }

    private void disconnect() {
        if (peer != null) {
            peer.connectedToThis.remove(this);
            peer = null;
        }
    }

    /// macOS 15 began to tell the sender that there is room again, where it is the peer.
    private void roomMade() {
        if (peer != null && kernel.profile.since(Profile.MACOS15)) {
            peer.writerWakeUps++;
            kernel.changed();
        }
    }

    FakeUnixSocket target(FakeXnu caller, byte[] address) {
        FakeNode found = kernel.files.toSendTo(caller.process(), path(address));
        FakeUnixSocket socket = Refused.ifNull(found.socket, "ECONNREFUSED");
        Refused.when(socket.type != type, "EPROTOTYPE");
        return socket;
    }

    /// The address of a path, as a C program makes it.
    static byte[] address(String path) {
        byte[] bytes = path.getBytes(UTF_8);
        byte[] address = Arrays.copyOf(new byte[] {0, 1}, PATH + bytes.length + 1);
        System.arraycopy(bytes, 0, address, PATH, bytes.length);
        return checked(address);
    }

    private static byte[] address(MemorySegment address, int length) {
        Refused.when(length > LONGEST_ADDRESS, "ENAMETOOLONG");
        Refused.when(length < PATH, "EINVAL");
        return checked(UserMemory.bytes(UserMemory.of(address, 0, length)));
    }

    /// The kernel sets `sa_len` to the length that it was given.
    private static byte[] checked(byte[] address) {
        Refused.when(address.length > LONGEST_ADDRESS, "ENAMETOOLONG");
        Refused.when(address.length < PATH, "EINVAL");
        address[0] = (byte) address.length;
        return address;
    }

    private static String path(byte[] address) {
        int family = address[1];
        Refused.when(family != 0 && family != Abi.constant("AF_UNIX"), "EAFNOSUPPORT");
        Refused.when(address.length == PATH, "EINVAL");
        return UserMemory.text(address, PATH);
    }
}
