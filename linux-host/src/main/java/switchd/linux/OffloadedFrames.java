package switchd.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import switchd.core.Counters;
import switchd.core.DropCause;
import switchd.core.Errno;
import switchd.core.FrameBatch;
import switchd.posix.MessageHeader;

/// Frames of a TAP with `IFF_VNET_HDR`: the kernel leaves checksums unfinished and hands over
/// super-segments of TCP and UDP of up to 64 KiB, each in one `readv`. They are cut here, straight
/// into the batch, and checksums are finished, so that whoever gets the batch sees frames of the
/// wire and nothing else.
///
/// A whole frame is read into its slot. What is longer than a slot goes on in the cutter's memory,
/// which is this object's own. What goes out is a whole frame with an empty header.
final class OffloadedFrames implements TapFrames {
    private static final int BUFFERS = 3;
    private static final long SLOT = MessageHeader.IOVEC.byteSize();
    private static final long REST = 2 * SLOT;

    private final Linux linux;
    private final int fd;
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment header = arena.allocate(VirtioHeader.LAYOUT);
    private final MemorySegment incoming = arena.allocate(MessageHeader.IOVEC, BUFFERS);
    private final MemorySegment outgoing = arena.allocate(MessageHeader.IOVEC, BUFFERS - 1);
    private final SegmentCutter cutter;
    private final int slotBytes;
    private final int longest;
    private int lost;
    private int forgotten;

    /// @param fd the TAP's
    /// @param slotBytes of the batch that frames come into
    OffloadedFrames(Linux linux, int fd, int slotBytes) {
        this.linux = linux;
        this.fd = fd;
        this.slotBytes = slotBytes;
        this.cutter = new SegmentCutter(arena, slotBytes);
        this.longest = (int) cutter.memory().byteSize();
        MessageHeader.buffer(incoming, 0, header.address(), VirtioHeader.BYTES);
        long rest = cutter.memory().address() + slotBytes;
        MessageHeader.buffer(incoming, REST, rest, longest - slotBytes);
        MemorySegment nothingLeft = arena.allocate(VirtioHeader.LAYOUT);
        MessageHeader.buffer(outgoing, 0, nothingLeft.address(), VirtioHeader.BYTES);
    }

    @Override
    public long receive(FrameBatch slots, int most) {
        cutter.cut(slots, most);
        while (slots.count() < most) {
            int slot = slots.slot(slots.count());
            long address = slots.memory().address() + slot;
            MessageHeader.buffer(incoming, SLOT, address, slotBytes);
            long read = linux.readv(fd, incoming, BUFFERS);
            if (read < 0) {
                return failed(read, slots.count());
            }
            take(slots, most, slot, (int) read - VirtioHeader.BYTES);
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

    private void take(FrameBatch slots, int most, int slot, int length) {
        if (VirtioHeader.isWhole(header)) {
            // One that is too long for the network is told by its length.
            int bytes = Math.min(length, slotBytes);
            if (bytes < length || finish(slots.memory(), slot, bytes)) {
                slots.add(slot, bytes);
            } else {
                lost++;
            }
            return;
        }
        int first = Math.min(length, slotBytes);
        MemorySegment.copy(slots.memory(), slot, cutter.memory(), 0, first);
        // One that fills the memory may have been longer.
        if (length < longest && cutter.take(header, length)) {
            cutter.cut(slots, most);
        } else {
            lost++;
        }
    }

    /// Finishes the checksum where that is left to do: false where it would lie outside.
    private boolean finish(MemorySegment memory, int slot, int length) {
        if (!VirtioHeader.needsChecksum(header)) {
            return true;
        }
        int start = VirtioHeader.start(header);
        int field = VirtioHeader.field(header);
        if (start >= length || field + Short.BYTES > length) {
            return false;
        }
        int sum = InternetChecksum.sum(memory, (long) slot + start, length - start);
        InternetChecksum.set(memory, (long) slot + field, InternetChecksum.ofTransport(sum));
        return true;
    }

    @Override
    public long write(FrameBatch batch, int frame) {
        long address = batch.memory().address() + batch.offset(frame);
        MessageHeader.buffer(outgoing, SLOT, address, batch.length(frame));
        return linux.writev(fd, outgoing, BUFFERS - 1);
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
