package switchd.bpf;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static switchd.darwin.Structs.BPF_HDR;

import java.lang.foreign.MemorySegment;
import switchd.core.FrameBatch;
import switchd.darwin.Structs;

/// Splits what one read of a BPF device gave into frames, in place, and goes on where the last
/// batch ended.
///
/// Every frame follows a `struct bpf_hdr` (XNU `bsd/net/bpf.h`); records begin at four-byte
/// boundaries, and the last one is not padded. A frame of which the device kept a part only is left
/// out and counted.
final class BpfRecords {
    /// Bytes of a header in a record: `sizeof` says 20, for padding that the records do not have.
    static final int HEADER_BYTES = 18;

    static final int ALIGNMENT = 4;
    static final long CAPTURED = Structs.offset(BPF_HDR, "bh_caplen");
    static final long LENGTH = Structs.offset(BPF_HDR, "bh_datalen");
    static final long HEADER_LENGTH = Structs.offset(BPF_HDR, "bh_hdrlen");

    private final MemorySegment buffer;
    private int next;
    private int end;
    private long truncated;

    /// @param buffer what is read into, aligned to four bytes
    BpfRecords(MemorySegment buffer) {
        this.buffer = buffer;
    }

    /// Says that a read has put `bytes` into the buffer; what was left of the former one is gone.
    void filled(int bytes) {
        next = 0;
        end = bytes;
    }

    /// True where there are records that no batch has named yet.
    boolean hasMore() {
        return next + HEADER_BYTES <= end;
    }

    /// Names the frames of the next records in `batch`, until it has `most`.
    void split(FrameBatch batch, int most) {
        while (batch.count() < most && hasMore()) {
            int captured = buffer.get(JAVA_INT, next + CAPTURED);
            int header = Short.toUnsignedInt(buffer.get(JAVA_SHORT, next + HEADER_LENGTH));
            if (header < HEADER_BYTES || captured < 0 || captured > end - next - header) {
                // No kernel writes this; nothing behind it can be found.
                truncated++;
                next = end;
                return;
            }
            if (captured == buffer.get(JAVA_INT, next + LENGTH)) {
                batch.add(next + header, captured);
            } else {
                truncated++;
            }
            next = padded(next + header + captured);
        }
    }

    /// Frames of which a part was missing, since the beginning.
    long truncated() {
        return truncated;
    }

    static int padded(int bytes) {
        return (bytes + ALIGNMENT - 1) & -ALIGNMENT;
    }
}
