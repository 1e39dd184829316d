package switchd.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import switchd.core.Errno;
import switchd.core.FrameBatch;
import switchd.posix.Credentials;
import switchd.posix.DatagramIo;
import switchd.posix.MessageVector;
import switchd.posix.PosixConstants;

/// [DatagramIo] with one `recvmmsg` or `sendmmsg` a batch, for unix and for packet sockets.
public final class MmsgIo implements DatagramIo {
    private final Linux linux;
    private final FrameBatch slots;
    private final MessageVector incoming;
    private final MessageVector outgoing;
    private final MemorySegment incomingMessages;
    private final MemorySegment outgoingMessages;
    private final int capacity;
    private @Nullable PacketTags tags;
    private int used;

    private MmsgIo(Linux linux, Arena arena, FrameBatch slots) {
        this.linux = linux;
        this.slots = slots;
        this.capacity = slots.capacity();
        this.incoming = new MessageVector(arena, capacity, MultiMessage.BYTES);
        this.outgoing = new MessageVector(arena, capacity, MultiMessage.BYTES);
        this.incomingMessages = incoming.headers();
        this.outgoingMessages = outgoing.headers();
    }

    /// For datagrams of unix sockets, whose senders can be told.
    ///
    /// @param slots what to receive into
    public static MmsgIo ofDatagrams(Linux linux, Arena arena, FrameBatch slots) {
        MmsgIo io = new MmsgIo(linux, arena, slots);
        io.incoming.receiveInto(slots, 0);
        return io;
    }

    /// For frames of packet sockets: [#source] and [#isFrom] tell nothing.
    ///
    /// @param slots what to receive into
    public static MmsgIo ofPackets(Linux linux, Arena arena, FrameBatch slots) {
        MmsgIo io = new MmsgIo(linux, arena, slots);
        io.incoming.receiveWithoutNames(slots, 0);
        io.tags = new PacketTags(arena, io.incomingMessages, MultiMessage.BYTES, io.capacity);
        return io;
    }

    @Override
    public FrameBatch slots() {
        return slots;
    }

    @Override
    public int receive(int fd, int most) {
        incoming.reset(used);
        return receiveMany(fd, most);
    }

    /// As [#receive], of a packet socket with `PACKET_AUXDATA`: frames come with their tags.
    int receiveTagged(int fd, int most) {
        PacketTags told = tags;
        if (told == null) {
            throw new IllegalStateException("not for packets");
        }
        told.prepare();
        int received = receiveMany(fd, most);
        if (received > 0) {
            told.restore(slots);
        }
        return received;
    }

    @Override
    public int receiveWithCredentials(int fd, int most) {
        incoming.reset(used);
        incoming.wantCredentials();
        return receiveMany(fd, most);
    }

    private int receiveMany(int fd, int most) {
        used = 0;
        slots.clear();
        int received = linux.recvmmsg(fd, incomingMessages, most, PosixConstants.MSG_DONTWAIT);
        if (received < 0) {
            return Errno.EAGAIN.is(received) ? 0 : received;
        }
        used = received;
        for (int i = 0; i < received; i++) {
            slots.add(slots.slot(i), MultiMessage.length(incomingMessages, incoming.header(i)));
        }
        return received;
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
    public @Nullable Credentials credentials(int i) {
        return incoming.credentials(i);
    }

    @Override
    public int send(int fd, FrameBatch batch, int from) {
        int taken = 0;
        while (from + taken < batch.count()) {
            int chunk = Math.min(batch.count() - from - taken, capacity);
            for (int i = 0; i < chunk; i++) {
                outgoing.frame(i, batch, from + taken + i);
            }
            int sent = linux.sendmmsg(fd, outgoingMessages, chunk, PosixConstants.MSG_DONTWAIT);
            if (sent < 0) {
                return taken > 0 ? taken : sent;
            }
            taken += sent;
            if (sent < chunk) {
                return taken;
            }
        }
        return taken;
    }
}
