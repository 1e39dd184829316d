package switchd.bpf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import switchd.core.Errno;
import switchd.core.EthernetFrame;
import switchd.core.FrameBatch;
import switchd.core.FrameSink;
import switchd.core.SyscallException;
import switchd.darwin.Darwin;

/// Sends frames out of the interface of a BPF device: many with one call where the kernel takes
/// them so, which costs a copy into its records, else one call a frame.
///
/// The interface must be up. Used by the loop's thread alone; its memory goes with [#close()], the
/// device is its opener's.
public final class BpfWriter implements FrameSink, AutoCloseable {
    /// What kernels without batches take at most, header included (`MCLBYTES`): EIO beyond.
    private static final int LONGEST_SINGLE = 2048;

    private final BpfDevice device;
    private final Arena arena = Arena.ofConfined();
    private final int longestFrame;
    private final MemorySegment records;
    private int filled;

    /// @param mtu of the interface
    public BpfWriter(BpfDevice device, int mtu) {
        this.device = device;
        this.longestFrame = EthernetFrame.longest(mtu);
        int record = BpfRecords.padded(BpfRecords.HEADER_BYTES + longestFrame);
        long bytes = device.batches() ? (long) FrameBatch.CAPACITY * record : 0;
        this.records = arena.allocate(bytes, Long.BYTES);
    }

    @Override
    public int send(FrameBatch batch, int from) throws SyscallException {
        if (!device.batches()) {
            return singly(batch, from, batch.count());
        }
        int to = gather(batch, from, batch.count());
        if (to == from) {
            return REFUSED;
        }
        long result = write(records, 0, filled);
        if (result >= 0) {
            return to - from;
        }
        // One record that the kernel does not like, and none of them is sent.
        return to > from + 1 && isRefusal(result) ? singly(batch, from, to) : failed(result);
    }

    private int singly(FrameBatch batch, int from, int to) throws SyscallException {
        for (int i = from; i < to; i++) {
            int result = one(batch, i);
            if (result <= 0) {
                return i > from ? i - from : result;
            }
        }
        return to - from;
    }

    /// 1, 0 or [#REFUSED].
    private int one(FrameBatch batch, int i) throws SyscallException {
        long result;
        if (!fits(batch, i)) {
            return REFUSED;
        } else if (device.batches()) {
            gather(batch, i, i + 1);
            result = write(records, 0, filled);
        } else {
            result = write(batch.memory(), batch.offset(i), batch.length(i));
            if (Errno.EIO.is(result) && batch.length(i) > LONGEST_SINGLE) {
                return REFUSED;
            }
        }
        return result >= 0 ? 1 : failed(result);
    }

    /// The last guard: on macOS a frame without a whole header panics the kernel.
    private boolean fits(FrameBatch batch, int i) {
        int length = batch.length(i);
        return length >= EthernetFrame.SHORTEST && length <= longestFrame;
    }

    /// Puts frames into records, up to the first one that does not fit.
    ///
    /// @return the number of that one
    private int gather(FrameBatch batch, int from, int to) {
        filled = 0;
        int last = Math.min(to, from + FrameBatch.CAPACITY);
        int i = from;
        while (i < last && fits(batch, i)) {
            int length = batch.length(i);
            records.set(JAVA_INT, filled + BpfRecords.CAPTURED, length);
            records.set(JAVA_INT, filled + BpfRecords.LENGTH, length);
            records.set(
                    JAVA_SHORT, filled + BpfRecords.HEADER_LENGTH, (short) BpfRecords.HEADER_BYTES);
            int at = filled + BpfRecords.HEADER_BYTES;
            MemorySegment.copy(batch.memory(), batch.offset(i), records, at, length);
            int end = BpfRecords.padded(at + length);
            for (int padding = at + length; padding < end; padding++) {
                records.set(JAVA_BYTE, padding, (byte) 0);
            }
            filled = end;
            i++;
        }
        return i;
    }

    private long write(MemorySegment memory, long offset, long bytes) {
        Darwin darwin = device.darwin();
        return darwin.write(device.fd(), memory, offset, bytes);
    }

    private int failed(long error) throws SyscallException {
        if (Errno.ENOBUFS.is(error)
                || Errno.EAGAIN.is(error)
                || Errno.ENOMEM.is(error)
                || Errno.EINTR.is(error)) {
            return 0;
        }
        if (isRefusal(error)) {
            return REFUSED;
        }
        throw new SyscallException("write(" + device.interfaceName() + ")", error);
    }

    private static boolean isRefusal(long error) {
        return Errno.EMSGSIZE.is(error) || Errno.EINVAL.is(error);
    }

    /// Closing twice is no error.
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
