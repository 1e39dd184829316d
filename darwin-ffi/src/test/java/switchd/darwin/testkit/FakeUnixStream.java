package switchd.darwin.testkit;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// An AF_UNIX stream socket (XNU `bsd/kern/uipc_usrreq.c`, `uipc_socket.c`): one that listens, or
/// one end of a connection. What is sent lies in the receiver's buffer, whose size is the limit.
final class FakeUnixStream extends FakeUnixSocket {
    private static final int SEND_LOW_WATER = 2048;
    private static final int MSG_DONTWAIT = (int) Abi.constant("MSG_DONTWAIT");

    private final Deque<FakeUnixStream> backlog = new ArrayDeque<>();
    private int mostWaiting;
    private byte[] bytes = {};
    private boolean ended;

    FakeUnixStream(FakeProcess creator) {
        super(creator, (int) Abi.constant("SOCK_STREAM"));
    }

    static FakeUnixSocket[] pair(FakeProcess creator) {
        FakeUnixStream one = new FakeUnixStream(creator);
        FakeUnixStream other = new FakeUnixStream(creator);
        one.connectTo(other);
        other.connectTo(one);
        return new FakeUnixSocket[] {one, other};
    }

    @Override
    int listen(FakeXnu caller, int most) {
        used(caller);
        Refused.when(peer != null, "EINVAL");
        mostWaiting = Math.max(1, most);
        return 0;
    }

    @Override
    int accept(FakeXnu caller, MemorySegment address, MemorySegment length) {
        used(caller);
        Refused.when(mostWaiting == 0, "EINVAL");
        caller.process().requireRoom(1);
        FakeUnixStream next = backlog.poll();
        while (next == null) {
            Refused.when(nonBlocking, "EAGAIN");
            kernel.sleep(caller.process());
            next = backlog.poll();
        }
        next.nonBlocking = nonBlocking;
        return caller.process().open(next);
    }

    @Override
    void connect(FakeXnu caller, byte[] address) {
        used(caller);
        Refused.when(peer != null, "EISCONN");
        FakeUnixStream listener = (FakeUnixStream) target(caller, address);
        Refused.when(listener.backlog.size() >= listener.mostWaiting, "ECONNREFUSED");
        FakeUnixStream accepted = new FakeUnixStream(listener.lastUser);
        connectTo(accepted);
        accepted.connectTo(this);
        listener.backlog.add(accepted);
        listener.readerWakeUps++;
        kernel.changed();
    }

    @Override
    long send(FakeXnu caller, byte @Nullable [] to, byte[] data) {
        used(caller);
        FakeUnixStream receiver = (FakeUnixStream) peer;
        if (receiver == null) {
            throw new Refused(ended ? "EPIPE" : "ENOTCONN");
        }
        int taken = Math.min(data.length, receiver.room());
        // Sending looks at O_NONBLOCK alone: MSG_DONTWAIT has no effect on it.
        Refused.when(taken == 0 && data.length > 0 && nonBlocking, "EAGAIN");
        if (taken == 0 && data.length > 0) {
            throw new UnsupportedOperationException("a send that waits");
        }
        int before = receiver.bytes.length;
        receiver.bytes = Arrays.copyOf(receiver.bytes, before + taken);
        System.arraycopy(data, 0, receiver.bytes, before, taken);
        receiver.readerWakeUps++;
        kernel.changed();
        return taken;
    }

    @Override
    long recvmsg(FakeXnu caller, MemorySegment message, int flags) {
        Message m = Message.of(message);
        byte[] taken = take(caller, (int) Math.min(Integer.MAX_VALUE, m.room()), flags);
        return m.receive(taken, new byte[0]);
    }

    @Override
    long read(FakeXnu caller, MemorySegment buffer, long offset, long count) {
        MemorySegment to = UserMemory.of(buffer, offset, count);
        return UserMemory.copy(take(caller, (int) count, 0), to);
    }

    private byte[] take(FakeXnu caller, int most, int flags) {
        used(caller);
        while (bytes.length == 0 && !ended) {
            Refused.when(peer == null, "ENOTCONN");
            Refused.when(nonBlocking || (flags & MSG_DONTWAIT) != 0, "EAGAIN");
            kernel.sleep(caller.process());
        }
        byte[] taken = Arrays.copyOf(bytes, Math.min(most, bytes.length));
        bytes = Arrays.copyOfRange(bytes, taken.length, bytes.length);
        if (peer != null && taken.length > 0) {
            peer.writerWakeUps++;
            kernel.changed();
        }
        return taken;
    }

    private int room() {
        return received.size() - bytes.length;
    }

    @Override
    long readable() {
        return bytes.length > 0 || ended || !backlog.isEmpty() ? bytes.length : NOT_READY;
    }

    @Override
    long writable() {
        if (ended) {
            return 0;
        }
        FakeUnixStream receiver = (FakeUnixStream) peer;
        int room = receiver == null ? 0 : receiver.room();
        boolean ready = receiver != null && room >= Math.min(SEND_LOW_WATER, sendSize);
        return ready ? room : NOT_READY;
    }

    /// Whoever is connected hears of it at once, unlike with datagrams.
    @Override
    void closed() {
        FakeUnixStream other = (FakeUnixStream) peer;
        super.closed();
        backlog.forEach(FakeUnixStream::closed);
        backlog.clear();
        if (other != null) {
            other.peer = null;
            other.error = null;
            other.ended = true;
            other.readerWakeUps++;
            other.writerWakeUps++;
            kernel.changed();
        }
    }
}
