package switchd.posix;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import switchd.core.FrameBatch;
import switchd.core.Kernel;

/// Message headers in a row, each with one buffer and, for receiving, room for the sender's
/// address: what the kernels' batch calls take. Made once; the frame path only fills in addresses.
public final class MessageVector {
    private static final int PATH = 2;
    private static final boolean TELLS_SENDERS = Kernel.current() == Kernel.LINUX;

    private final MemorySegment headers;
    private final MemorySegment iovecs;
    private final MemorySegment names;
    private final MemorySegment controls;
    private final long headerStride;
    private final int count;
    private boolean wantsCredentials;

    /// @param count how many headers
    /// @param headerStride bytes from one header to the next: `struct msghdr`, or the kernel's
    ///   struct for batches that begins with it
    public MessageVector(Arena arena, int count, long headerStride) {
        this.count = count;
        this.headerStride = headerStride;
        headers = arena.allocate(count * headerStride, Long.BYTES);
        iovecs = arena.allocate(MessageHeader.IOVEC, count);
        names = arena.allocate((long) count * UnixAddress.BYTES, Long.BYTES);
        controls = arena.allocate((long) count * SenderCredentials.BYTES, Long.BYTES);
        for (int i = 0; i < count; i++) {
            MessageHeader.oneBuffer(headers, header(i), iovecs, iovec(i));
        }
    }

    /// The first header.
    public MemorySegment headers() {
        return headers;
    }

    /// How many headers there are.
    public int count() {
        return count;
    }

    /// Where header `i` begins in [#headers()].
    public long header(int i) {
        return i * headerStride;
    }

    /// Has datagrams received into the slots of `batch` from slot `first` on, with the senders'
    /// addresses.
    public void receiveInto(FrameBatch batch, int first) {
        receiveWithoutNames(batch, first);
        for (int i = 0; i < count; i++) {
            MessageHeader.wantName(headers, header(i), names, name(i));
            if (TELLS_SENDERS) {
                MessageHeader.control(headers, header(i), controls, control(i));
            }
        }
    }

    /// As [#receiveInto], without the senders' addresses: for sockets that are not unix sockets.
    public void receiveWithoutNames(FrameBatch batch, int first) {
        for (int i = 0; i < count; i++) {
            long slot = batch.memory().address() + batch.slot(first + i);
            MessageHeader.buffer(iovecs, iovec(i), slot, batch.slotBytes());
        }
    }

    /// Makes the first `used` headers ready for another receive.
    public void reset(int used) {
        for (int i = 0; i < used; i++) {
            MessageHeader.resetNameLength(headers, header(i));
        }
        if (wantsCredentials) {
            wantsCredentials = false;
            controlRoom(0);
        }
    }

    /// Has the next receive, and no other, take the senders' credentials. There is room for them
    /// and for nothing else: descriptors that are sent along are never taken.
    public void wantCredentials() {
        if (TELLS_SENDERS) {
            wantsCredentials = true;
            controlRoom(SenderCredentials.BYTES);
        }
    }

    private void controlRoom(int bytes) {
        for (int i = 0; i < count; i++) {
            MessageHeader.controlRoom(headers, header(i), bytes);
        }
    }

    /// Lets header `i` name frame `frame` of `batch`.
    public void frame(int i, FrameBatch batch, int frame) {
        long address = batch.memory().address() + batch.offset(frame);
        MessageHeader.buffer(iovecs, iovec(i), address, batch.length(frame));
    }

    /// See [DatagramIo#source].
    public String source(int i) {
        return UnixAddress.path(names, name(i), MessageHeader.nameLength(headers, header(i)));
    }

    /// See [DatagramIo#isFrom].
    public boolean isFrom(int i, byte[] path) {
        int written = MessageHeader.nameLength(headers, header(i)) - PATH;
        // The reported length may count a final NUL (Linux) or not (Darwin).
        if (written < path.length || written > UnixAddress.BYTES - PATH) {
            return false;
        }
        long at = name(i) + PATH;
        for (int b = 0; b < path.length; b++) {
            if (names.get(JAVA_BYTE, at + b) != path[b]) {
                return false;
            }
        }
        return written == path.length || names.get(JAVA_BYTE, at + path.length) == 0;
    }

    /// See [DatagramIo#credentials].
    public @Nullable Credentials credentials(int i) {
        return TELLS_SENDERS
                ? SenderCredentials.read(
                        controls, control(i), MessageHeader.controlLength(headers, header(i)))
                : null;
    }

    private static long control(int i) {
        return (long) i * SenderCredentials.BYTES;
    }

    private static long iovec(int i) {
        return i * MessageHeader.IOVEC.byteSize();
    }

    private static long name(int i) {
        return (long) i * UnixAddress.BYTES;
    }
}
