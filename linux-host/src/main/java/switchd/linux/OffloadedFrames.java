package switchd.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import switchd.core.Counters;
import switchd.core.DropCause;
import switchd.core.Errno;
import switchd.core.FrameBatch;

/// Frames of a TAP with `IFF_VNET_HDR`: the kernel leaves checksums unfinished and hands over
/// super-segments of TCP and UDP of up to 64 KiB, each in one `read`. They are cut here, straight
/// into the batch, and checksums are finished, so that whoever gets the batch sees frames of the
/// wire and nothing else.
///
/// All is read into the cutter's memory, header first; a whole frame is copied to its slot. That is
/// cheaper than `readv` with buffers apart (docs/performance.md). What goes out is a whole frame
/// with an empty header, put before it for the time of the call.
final class OffloadedFrames implements TapFrames {
    private final Linux linux;
    private final int fd;
    private final Arena arena = Arena.ofConfined();
    private final SegmentCutter cutter;
    private final MemorySegment incoming;
    private final MemorySegment header;
    private final int slotBytes;
    private int lost;
    private int forgotten;

    /// @param fd the TAP's
    /// @param slotBytes of the batch that frames come into
    OffloadedFrames(Linux linux, int fd, int slotBytes) {
        this.linux = linux;
        this.fd = fd;
        this.slotBytes = slotBytes;
        this.cutter = new SegmentCutter(arena, slotBytes);
        this.incoming = cutter.withHeader();
        this.header = incoming.asSlice(0, VirtioHeader.BYTES);
    }

    @Override
    public long receive(FrameBatch slots, int most) {
        cutter.cut(slots, most);
        while (slots.count() < most) {
            long read = linux.read(fd, incoming, 0, incoming.byteSize());
            if (read < 0) {
                return failed(read, slots.count());
            }
            take(slots, most, (int) read - VirtioHeader.BYTES);
        }
        return 0;
    }

    /// EINVAL is said to a segment that has no header for it, and the segment is gone.
    private long failed(long error, int frames) {
        if (Errno.EINVAL.is(error)) {
            lost++;
            return 0;
        }
        return frames > 0 || Errno.EAGAIN.is(error) ? 0 : error;
    }

    private void take(FrameBatch slots, int most, int length) {
        MemorySegment memory = cutter.memory();
        if (VirtioHeader.isWhole(header)) {
            // One that is too long for the network is told by its length.
            int bytes = Math.min(length, slotBytes);
            if (bytes < length || finish(memory, bytes)) {
                int slot = slots.slot(slots.count());
                MemorySegment.copy(memory, 0, slots.memory(), slot, bytes);
                slots.add(slot, bytes);
            } else {
                lost++;
            }
            return;
        }
        // One that fills the memory may have been longer.
        if (length < memory.byteSize() && cutter.take(header, length)) {
            cutter.cut(slots, most);
        } else {
            lost++;
        }
    }

    /// Finishes the checksum where that is left to do: false where it would lie outside.
    private boolean finish(MemorySegment memory, int length) {
        if (!VirtioHeader.needsChecksum(header)) {
            return true;
        }
        int start = VirtioHeader.start(header);
        int field = VirtioHeader.field(header);
        if (start >= length || field + Short.BYTES > length) {
            return false;
        }
        int sum = InternetChecksum.sum(memory, start, length - start);
        InternetChecksum.set(memory, field, InternetChecksum.ofTransport(sum));
        return true;
    }

    @Override
    public long write(FrameBatch batch, int frame) {
        // The end of another frame may lie there.
        MemorySegment memory = batch.memory();
        long at = batch.offset(frame) - (long) VirtioHeader.BYTES;
        long first = memory.get(JAVA_LONG_UNALIGNED, at);
        short last = memory.get(JAVA_SHORT_UNALIGNED, at + Long.BYTES);
        memory.set(JAVA_LONG_UNALIGNED, at, 0);
        memory.set(JAVA_SHORT_UNALIGNED, at + Long.BYTES, (short) 0);
        long written = linux.write(fd, memory, at, VirtioHeader.BYTES + batch.length(frame));
        memory.set(JAVA_LONG_UNALIGNED, at, first);
        memory.set(JAVA_SHORT_UNALIGNED, at + Long.BYTES, last);
        return written;
    }

    @Override
    public boolean hasMore() {
        return cutter.hasMore();
    }

    @Override
    public void forget() {
        forgotten += cutter.clear();
    }

    @Override
    public void countLosses(Counters toVm) {
        if (lost + forgotten > 0) {
            toVm.dropped(DropCause.OFFLOAD, lost);
            toVm.dropped(DropCause.DETACHED, forgotten);
            lost = 0;
            forgotten = 0;
        }
    }

    /// Closing twice is no error.
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
