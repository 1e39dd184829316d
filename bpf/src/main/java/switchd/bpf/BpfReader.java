package switchd.bpf;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import switchd.core.Errno;
import switchd.core.FrameBatch;
import switchd.core.FrameSource;
import switchd.core.Reception;
import switchd.core.SyscallException;
import switchd.darwin.Requests;
import switchd.darwin.Structs;

/// Reads the frames that come in at the interface of a BPF device: one call a buffer, nothing
/// copied.
///
/// Used by the loop's thread alone; its memory goes with [#close()], the device is its opener's.
public final class BpfReader implements FrameSource, AutoCloseable {
    private static final long DROPPED = Structs.offset(Structs.BPF_STAT, "bs_drop");

    /// One is filled while the other one waits to be read.
    private static final int DEVICE_BUFFERS = 2;

    private final BpfDevice device;
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment buffer;
    private final MemorySegment statistics;
    private final BpfRecords records;
    private final FrameBatch batch = FrameBatch.view(FrameBatch.CAPACITY);
    private @Nullable Reception current;
    private int droppedBefore;
    private long dropped;
    private long truncatedTaken;
    private long forgotten;

    public BpfReader(BpfDevice device) {
        this.device = device;
        this.buffer = arena.allocate(device.bufferBytes(), Long.BYTES);
        this.statistics = arena.allocate(Structs.BPF_STAT);
        this.records = new BpfRecords(buffer);
    }

    /// Says which frames are wanted. What waits when less is wanted than before is thrown away, and
    /// counted ([#takeForgotten]): it was meant for a VM that has left.
    ///
    /// @throws SyscallException where the kernel refuses the filter
    public void accept(Reception wanted) throws SyscallException {
        if (wanted.equals(current)) {
            return;
        }
        // BIOCSETF would throw away what waits, and tell nobody how much that was.
        device.load("BIOCSETFNR", Requests.BIOCSETFNR, PortFilter.of(wanted));
        if (narrows(wanted)) {
            forgetWaiting();
        }
        current = wanted;
    }

    private void forgetWaiting() throws SyscallException {
        for (int buffers = 0; buffers < DEVICE_BUFFERS || records.hasMore(); ) {
            if (!records.hasMore()) {
                read();
                buffers++;
            }
            batch.over(buffer);
            records.split(batch, batch.capacity());
            forgotten += batch.count();
        }
    }

    private boolean narrows(Reception wanted) {
        return current != null
                && !(current instanceof Reception.Groups)
                && !(wanted instanceof Reception.Everything);
    }

    @Override
    public int fd() {
        return device.fd();
    }

    @Override
    public boolean hasMore() {
        return records.hasMore();
    }

    @Override
    public FrameBatch receive(int most) throws SyscallException {
        if (!records.hasMore()) {
            read();
        }
        batch.over(buffer);
        records.split(batch, most);
        return batch;
    }

    private void read() throws SyscallException {
        long bytes = device.darwin().read(device.fd(), buffer, 0, buffer.byteSize());
        if (bytes >= 0) {
            records.filled((int) bytes);
            // The device drops frames only where a whole buffer waits to be read.
            if (bytes > buffer.byteSize() / 2) {
                countDrops();
            }
        } else {
            records.filled(0);
            if (!Errno.EAGAIN.is(bytes) && !Errno.EINTR.is(bytes)) {
                throw new SyscallException("read(" + device.interfaceName() + ")", bytes);
            }
        }
    }

    private void countDrops() throws SyscallException {
        device.call("BIOCGSTATS", Requests.BIOCGSTATS, statistics);
        int droppedNow = statistics.get(JAVA_INT, DROPPED);
        dropped += Integer.toUnsignedLong(droppedNow - droppedBefore);
        droppedBefore = droppedNow;
    }

    /// Frames of which the device had no room for all bytes, since the last call.
    public long takeTruncated() {
        long taken = records.truncated() - truncatedTaken;
        truncatedTaken = records.truncated();
        return taken;
    }

    /// Frames for which the device had no room, since the last call.
    public long takeKernelDrops() {
        long taken = dropped;
        dropped = 0;
        return taken;
    }

    /// Frames that were thrown away because they are not wanted any more, since the last call.
    public long takeForgotten() {
        long taken = forgotten;
        forgotten = 0;
        return taken;
    }

    /// Closing twice is no error.
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
