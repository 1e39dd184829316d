package switchd.bpf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static switchd.fuzz.Check.that;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import switchd.core.FrameBatch;
import switchd.fuzz.Input;

/// What a BPF device gives: whatever it is, the frames lie inside, one behind the other, and it
/// ends; frames written as a kernel does come out as they were, but for those that are cut.
public final class BpfRecordsFuzz {
    private BpfRecordsFuzz() {}

    public static void fuzzerTestOneInput(byte[] bytes) {
        try (Arena arena = Arena.ofConfined()) {
            anything(arena, bytes);
            frames(arena, new Input(bytes));
        }
    }

    private static void anything(Arena arena, byte[] bytes) {
        MemorySegment buffer = arena.allocate(bytes.length + 8L, Long.BYTES);
        MemorySegment.copy(bytes, 0, buffer, JAVA_BYTE, 0, bytes.length);
        BpfRecords records = new BpfRecords(buffer);
        records.filled(bytes.length);
        FrameBatch batch = FrameBatch.view(5);
        int end = 0;
        int most = bytes.length / BpfRecords.HEADER_BYTES;
        for (int found = 0; records.hasMore(); found += batch.count()) {
            batch.over(buffer);
            long before = records.truncated();
            records.split(batch, batch.capacity());
            that(found <= most, "more frames than there is room for");
            that(batch.count() > 0 || records.truncated() > before, "nothing is taken");
            for (int i = 0; i < batch.count(); i++) {
                that(batch.offset(i) >= end + BpfRecords.HEADER_BYTES, "frames overlap");
                that(batch.length(i) >= 0, "a length is negative");
                end = batch.offset(i) + batch.length(i);
                that(end <= bytes.length, "a frame ends behind what was read");
            }
        }
    }

    private static void frames(Arena arena, Input input) {
        MemorySegment buffer = arena.allocate(32 << 10, Long.BYTES);
        List<byte[]> wanted = new ArrayList<>();
        int at = 0;
        int end = 0;
        int truncated = 0;
        while (!input.isEmpty() && at < 30 << 10) {
            int header = BpfRecords.HEADER_BYTES + (input.octet() & 7);
            byte[] frame = input.take(input.octet());
            boolean isCut = input.octet() == 1;
            buffer.set(JAVA_INT, at + BpfRecords.CAPTURED, frame.length);
            buffer.set(JAVA_INT, at + BpfRecords.LENGTH, frame.length + (isCut ? 1 : 0));
            buffer.set(JAVA_SHORT, at + BpfRecords.HEADER_LENGTH, (short) header);
            MemorySegment.copy(frame, 0, buffer, JAVA_BYTE, at + header, frame.length);
            end = at + header + frame.length;
            at = BpfRecords.padded(end);
            if (isCut) {
                truncated++;
            } else {
                wanted.add(frame);
            }
        }
        BpfRecords records = new BpfRecords(buffer);
        records.filled(end);
        FrameBatch batch = FrameBatch.view(7);
        int found = 0;
        while (records.hasMore()) {
            batch.over(buffer);
            records.split(batch, batch.capacity());
            for (int i = 0; i < batch.count(); i++, found++) {
                byte[] frame = buffer.asSlice(batch.offset(i), batch.length(i)).toArray(JAVA_BYTE);
                that(Arrays.equals(frame, wanted.get(found)), "a frame is another one");
            }
        }
        that(found == wanted.size(), "a frame is missing");
        that(records.truncated() == truncated, "a cut frame is not counted");
    }
}
