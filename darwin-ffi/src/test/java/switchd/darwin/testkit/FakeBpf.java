package switchd.darwin.testkit;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import switchd.darwin.testkit.BpfInterpreter.Instruction;

/// An open `/dev/bpf` device.
@SuppressWarnings("ReferenceEquality")
final class FakeBpf extends FakeFile {
    final FakeNet net;
    final int unit;

    private final boolean readable;
    private final boolean writable;
    private final FakeBpfRequests requests;

    int bufferSize;
    FakeBpfBuffers buffers = new FakeBpfBuffers(0);
    Instruction[] filter = {};
    @Nullable FakeInterface bound;
    boolean immediate;
    boolean headerComplete;
    boolean seesIn = true;
    boolean seesOut = true;
    boolean oldestGoes;
    boolean stamped = true;
    boolean batches;
    boolean promiscuous;
    boolean diverts;
    int writeMax;

    /// How long a read waits, in milliseconds; 0 for ever.
    long timeout;

    FakeBpf(FakeNet net, int unit, boolean readable, boolean writable) {
        this.net = net;
        this.unit = unit;
        this.readable = readable;
        this.writable = writable;
        this.bufferSize = net.sysctls.get("debug.bpf_bufsize");
        this.requests = new FakeBpfRequests(this);
    }

    void bind(FakeInterface to) {
        if (bound != to) {
            unbind();
            bound = to;
            to.taps.add(this);
        }
        buffers = new FakeBpfBuffers(bufferSize);
    }

    /// It was closed, bound to another interface, or the interface is gone.
    void unbind() {
        FakeInterface former = bound;
        if (former == null) {
            return;
        }
        former.taps.remove(this);
        if (promiscuous) {
            former.promiscuous(false);
        }
        if (diverts) {
            former.inputDisabled = false;
        }
        promiscuous = false;
        diverts = false;
        bound = null;
        net.kernel().changed();
    }

    /// A frame passes the interface.
    void tap(byte[] frame, boolean outbound) {
        if (!(outbound ? seesOut : seesIn)) {
            return;
        }
        buffers.saw();
        int keep = BpfInterpreter.run(filter, frame);
        if (keep != 0) {
            buffers.add(frame, keep, oldestGoes, stamped);
            net.kernel().changed();
        }
    }

    @Override
    int ioctl(FakeXnu caller, long request, MemorySegment argument) {
        return requests.run(request, argument);
    }

    @Override
    long read(FakeXnu caller, MemorySegment buffer, long offset, long count) {
        Refused.when(!readable, "EBADF");
        if (count == 0) {
            return 0;
        }
        Refused.when(count != bufferSize, "EINVAL");
        byte[] records = next(caller);
        MemorySegment.copy(records, 0, buffer, JAVA_BYTE, offset, records.length);
        return records.length;
    }

    private byte[] next(FakeXnu caller) {
        long deadline = Long.MAX_VALUE;
        if (timeout != 0) {
            deadline = System.nanoTime() + timeout * 1_000_000;
        }
        while (true) {
            if (buffers.held() == 0 && (immediate || nonBlocking) && buffers.stored() > 0) {
                buffers.rotate();
            }
            byte @Nullable [] records = buffers.take();
            if (records != null) {
                return records;
            }
            Refused.when(bound == null, "ENXIO");
            Refused.when(nonBlocking, "EAGAIN");
            if (System.nanoTime() < deadline) {
                net.kernel().sleepUntil(caller.process(), deadline);
            } else if (buffers.stored() > 0) {
                buffers.rotate();
            } else {
                return new byte[0];
            }
        }
    }

    @Override
    long write(FakeXnu caller, MemorySegment buffer, long offset, long count) {
        Refused.when(!writable, "EBADF");
        byte[] bytes = buffer.asSlice(offset, count).toArray(JAVA_BYTE);
        return new FakeBpfWriter(this).write(bytes);
    }

    @Override
    int watchable(int watched) {
        Refused.when(watched != (int) Abi.constant("EVFILT_READ"), "EINVAL");
        Refused.when(bound == null, "ENXIO");
        return 0;
    }

    /// An interface that has gone away is no event: only what is left to read is one.
    @Override
    long readable() {
        int length = buffers.held();
        if (immediate && length == 0) {
            length = buffers.stored();
        }
        return length > 0 ? length : NOT_READY;
    }

    @Override
    void closed() {
        unbind();
        net.bpf.close(unit);
    }

    void setFilter(MemorySegment argument, boolean flush) {
        AbiStruct given = new AbiStruct("bpf_program", argument);
        int length = given.getInt("bf_len");
        long address = given.getLong("bf_insns");
        if (address == 0) {
            Refused.when(length != 0, "EINVAL");
            filter = new Instruction[0];
            buffers.reset();
            return;
        }
        Refused.when(Integer.compareUnsigned(length, 512) > 0, "EINVAL");
        Instruction[] program = instructions(address, length);
        int maxOffset = net.sysctls.get("debug.bpf_maxbufsize");
        Refused.when(!BpfInterpreter.isValid(program, maxOffset), "EINVAL");
        filter = program;
        if (flush) {
            buffers.reset();
        }
    }

    private static Instruction[] instructions(long address, int length) {
        Instruction[] program = new Instruction[length];
        Arrays.setAll(
                program,
                i -> {
                    AbiStruct one =
                            AbiStruct.at("bpf_insn", address + (long) i * Abi.size("bpf_insn"));
                    return new Instruction(
                            one.getShort("code"),
                            one.getByte("jt"),
                            one.getByte("jf"),
                            one.getInt("k"));
                });
        return program;
    }
}
