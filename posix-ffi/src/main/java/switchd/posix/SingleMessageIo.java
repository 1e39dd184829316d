package switchd.posix;

import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;
import switchd.core.Errno;
import switchd.core.FrameBatch;

/// [DatagramIo] with one call a frame: where the kernel has no batch calls.
public final class SingleMessageIo implements DatagramIo {
    private final Posix posix;
    private final FrameBatch slots;
    private final MessageVector[] incoming;
    private final MessageVector outgoing;

    /// @param slots what to receive into
    public SingleMessageIo(Posix posix, Arena arena, FrameBatch slots) {
        this.posix = posix;
        this.slots = slots;
        this.outgoing = new MessageVector(arena, 1, MessageHeader.LAYOUT.byteSize());
        this.incoming = new MessageVector[slots.capacity()];
        for (int i = 0; i < incoming.length; i++) {
            incoming[i] = new MessageVector(arena, 1, MessageHeader.LAYOUT.byteSize());
            incoming[i].receiveInto(slots, i);
        }
    }

    @Override
    public FrameBatch slots() {
        return slots;
    }

    @Override
    public int receive(int fd, int most) {
        return receive(fd, most, false);
    }

    @Override
    public int receiveWithCredentials(int fd, int most) {
        return receive(fd, most, true);
    }

    private int receive(int fd, int most, boolean withCredentials) {
        slots.clear();
        while (slots.count() < most) {
            int i = slots.count();
            incoming[i].reset(1);
            if (withCredentials) {
                incoming[i].wantCredentials();
            }
            long length = posix.recvmsg(fd, incoming[i].headers(), PosixConstants.MSG_DONTWAIT);
            if (length < 0) {
                // What came before an error is passed on; the next call meets the error again.
                return i > 0 || Errno.EAGAIN.is(length) ? i : (int) length;
            }
            slots.add(slots.slot(i), (int) length);
        }
        return slots.count();
    }

    @Override
    public String source(int i) {
        return incoming[i].source(0);
    }

    @Override
    public boolean isFrom(int i, byte[] path) {
        return incoming[i].isFrom(0, path);
    }

    @Override
    public @Nullable Credentials credentials(int i) {
        return incoming[i].credentials(0);
    }

    @Override
    public int send(int fd, FrameBatch batch, int from) {
        for (int i = from; i < batch.count(); i++) {
            outgoing.frame(0, batch, i);
            long sent = posix.sendmsg(fd, outgoing.headers(), PosixConstants.MSG_DONTWAIT);
            if (sent < 0) {
                return i > from ? i - from : (int) sent;
            }
        }
        return batch.count() - from;
    }
}
