package switchd.darwin.testkit;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The two buffers of a bound BPF device: one is filled while the other waits to be read.
final class FakeBpfBuffers {
    private static final int HEADER = 18;
    private static final int CAPTURED = Abi.offset("bpf_hdr", "bh_caplen");
    private static final int LENGTH = Abi.offset("bpf_hdr", "bh_datalen");
    private static final int HEADER_LENGTH = Abi.offset("bpf_hdr", "bh_hdrlen");
    private static final int MICROSECONDS = Abi.offset("timeval32", "tv_usec");
    private static final int ALIGNMENT = (int) Abi.constant("BPF_ALIGNMENT");

    private final int size;
    private ByteBuffer store;
    private int storedFrames;
    private @Nullable ByteBuffer hold;
    private int heldFrames;
    private @Nullable ByteBuffer free;
    private int received;
    private int dropped;

    FakeBpfBuffers(int size) {
        this.size = size;
        this.store = allocate();
    }

    private ByteBuffer allocate() {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    int size() {
        return size;
    }

    /// Frames that the tap has seen, before the filter.
    int received() {
        return received;
    }

    int dropped() {
        return dropped;
    }

    int stored() {
        return store.position();
    }

    int held() {
        return hold == null ? 0 : hold.position();
    }

    void reset() {
        store = allocate();
        storedFrames = 0;
        hold = null;
        heldFrames = 0;
        received = 0;
        dropped = 0;
    }

    void saw() {
        received++;
    }

    /// Puts a frame behind those that wait, or into the other buffer, or drops it.
    ///
    /// @param snap bytes of the frame to keep, unsigned
    /// @param oldestGoes `BIOCSHEADDROP`: what waits longest is dropped instead
    void add(byte[] frame, int snap, boolean oldestGoes, boolean stamped) {
        int kept = Integer.compareUnsigned(snap, frame.length) < 0 ? snap : frame.length;
        int total = Math.min(HEADER + kept, size);
        int at = align(store.position());
        if (at + total > size) {
            if (hold != null) {
                if (!oldestGoes) {
                    dropped++;
                    return;
                }
                dropped += heldFrames;
            }
            rotate();
            at = 0;
        }
        put(frame, at, total - HEADER, stamped);
        storedFrames++;
    }

    private void put(byte[] frame, int at, int captured, boolean stamped) {
        Instant now = stamped ? Instant.now() : Instant.EPOCH;
        store.putInt(at, (int) now.getEpochSecond());
        store.putInt(at + MICROSECONDS, now.getNano() / 1000);
        store.putInt(at + CAPTURED, captured);
        store.putInt(at + LENGTH, frame.length);
        store.putShort(at + HEADER_LENGTH, (short) HEADER);
        store.put(at + HEADER, frame, 0, captured);
        store.position(at + HEADER + captured);
    }

    static int align(int length) {
        return (length + ALIGNMENT - 1) & -ALIGNMENT;
    }

    /// What was filled waits to be read; what waited, if anything, is gone.
    void rotate() {
        ByteBuffer next = hold == null ? free : hold;
        hold = store;
        heldFrames = storedFrames;
        store = next == null ? allocate() : next.clear();
        storedFrames = 0;
        free = null;
    }

    /// What a read gives, or null where nothing is held.
    byte @Nullable [] take() {
        ByteBuffer full = hold;
        if (full == null) {
            return null;
        }
        byte[] taken = new byte[full.position()];
        full.get(0, taken);
        free = full;
        hold = null;
        heldFrames = 0;
        return taken;
    }
}
