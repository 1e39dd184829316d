package switchd.darwin;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import switchd.core.Errno;
import switchd.core.FrameBatch;
import switchd.posix.DatagramIo;
import switchd.posix.MessageVector;
import switchd.posix.PosixConstants;
import switchd.posix.SingleMessageIo;

/// [DatagramIo] with one `recvmsg_x` or `sendmsg_x` a batch, as far as [SocketAbilities] found them
/// of use: both calls are private, though exported. Since macOS 14 `recvmsg_x` does not report that
/// it cut a datagram: a slot is longer than the longest frame, so that such a frame is known by its
/// length.
public final class MessageXIo implements DatagramIo {
    /// Up to macOS 13 the kernel takes no more than 100 at a time.
    private static final int MOST = 64;

    private static final long HEADER_BYTES = Structs.MSGHDR_X.byteSize();
    private static final long FLAGS = Structs.offset(Structs.MSGHDR_X, "msg_flags");
    private static final long LENGTH = Structs.offset(Structs.MSGHDR_X, "msg_datalen");

    private final Darwin darwin;
    private final FrameBatch slots;
    private final MessageVector incoming;
    private final MessageVector outgoing;
    private final MemorySegment incomingMessages;
    private final MemorySegment outgoingMessages;
    private final @Nullable DatagramIo sender;
    private int used;

    /// @param slots what to receive into
    /// @param sender sends in this one's place, where it is not null
    MessageXIo(Darwin darwin, Arena arena, FrameBatch slots, @Nullable DatagramIo sender) {
        this.darwin = darwin;
        this.sender = sender;
        this.slots = slots;
        incoming = new MessageVector(arena, Math.min(slots.capacity(), MOST), HEADER_BYTES);
        outgoing = new MessageVector(arena, MOST, HEADER_BYTES);
        incomingMessages = incoming.headers();
        outgoingMessages = outgoing.headers();
        incoming.receiveInto(slots, 0);
    }

    /// The quickest way that works on this kernel.
    ///
    /// @param slots what to receive into
    public static DatagramIo open(
            Darwin darwin, Arena arena, FrameBatch slots, SocketAbilities abilities) {
        DatagramIo single = new SingleMessageIo(darwin, arena, slots);
        if (!abilities.receivesMany()) {
            return single;
        }
        return new MessageXIo(darwin, arena, slots, abilities.sendsMany() ? null : single);
    }

    @Override
    public FrameBatch slots() {
        return slots;
    }

    @Override
    public int receive(int fd, int most) {
        rearm();
        slots.clear();
        int room = Math.min(most, incoming.count());
        long received = darwin.recvmsg_x(fd, incomingMessages, room, PosixConstants.MSG_DONTWAIT);
        if (received < 0) {
            return Errno.EAGAIN.is(received) ? 0 : (int) received;
        }
        used = (int) received;
        for (int i = 0; i < used; i++) {
            long length = incomingMessages.get(JAVA_LONG, incoming.header(i) + LENGTH);
            slots.add(slots.slot(i), (int) length);
        }
        return used;
    }

    /// The kernel has written the lengths of names and the flags that it wants as they were.
    private void rearm() {
        incoming.reset(used);
        for (int i = 0; i < used; i++) {
            incomingMessages.set(JAVA_INT, incoming.header(i) + FLAGS, 0);
        }
        used = 0;
    }

    @Override
    public String source(int i) {
        return incoming.source(i);
    }

    @Override
    public boolean isFrom(int i, byte[] path) {
        return incoming.isFrom(i, path);
    }

    @Override
    public int send(int fd, FrameBatch batch, int from) {
        return sender == null ? sendMany(fd, batch, from) : sender.send(fd, batch, from);
    }

    private int sendMany(int fd, FrameBatch batch, int from) {
        int taken = 0;
        while (from + taken < batch.count()) {
            int chunk = Math.min(batch.count() - from - taken, MOST);
            for (int i = 0; i < chunk; i++) {
                outgoing.frame(i, batch, from + taken + i);
            }
            long sent =
                    darwin.sendmsg_x(fd, outgoingMessages, 0, chunk, PosixConstants.MSG_DONTWAIT);
            if (sent < 0) {
                return taken > 0 ? taken : (int) sent;
            }
            taken += (int) sent;
            if (sent < chunk) {
                return taken > 0 ? taken : -Errno.ENOBUFS.number();
            }
        }
        return taken;
    }
}
