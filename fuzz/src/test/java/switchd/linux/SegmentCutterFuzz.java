package switchd.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static switchd.fuzz.Check.that;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import switchd.core.FrameBatch;
import switchd.fuzz.Input;

/// Super-segments as a kernel hands them over, with a header before them: whatever they are, the
/// frames lie in their slots, it ends, and the payload of all frames together is that of the
/// segment. Where no sum of a pseudo header was given, the checksums hold.
public final class SegmentCutterFuzz {
    private static final int MTU = 600;
    private static final int SLOTS = 5;

    private SegmentCutterFuzz() {}

    public static void fuzzerTestOneInput(byte[] bytes) {
        Input input = new Input(bytes);
        try (Arena arena = Arena.ofConfined()) {
            FrameBatch batch = FrameBatch.slots(arena, SLOTS, MTU);
            SegmentCutter cutter = new SegmentCutter(arena, batch.slotBytes());
            MemorySegment header = arena.allocate(VirtioHeader.LAYOUT);
            byte[] head = input.take(VirtioHeader.BYTES);
            MemorySegment.copy(head, 0, header, JAVA_BYTE, 0, head.length);
            byte[] segment = input.take((int) cutter.memory().byteSize() - 1);
            MemorySegment.copy(segment, 0, cutter.memory(), JAVA_BYTE, 0, segment.length);
            if (!cutter.take(header, segment.length)) {
                that(!cutter.hasMore(), "frames of what is refused");
                return;
            }
            List<byte[]> frames = frames(cutter, batch, segment.length);
            if (frames.stream().allMatch(frame -> frame.length < batch.slotBytes())) {
                whole(frames, segment, VirtioHeader.needsChecksum(header));
            }
        }
    }

    private static List<byte[]> frames(SegmentCutter cutter, FrameBatch batch, int most) {
        List<byte[]> frames = new ArrayList<>();
        while (cutter.hasMore()) {
            batch.clear();
            cutter.cut(batch, SLOTS);
            that(batch.count() > 0, "no frame");
            for (int i = 0; i < batch.count(); i++) {
                that(batch.offset(i) == batch.slot(i), "a frame beside its slot");
                that(batch.length(i) <= batch.slotBytes(), "a frame longer than its slot");
                frames.add(
                        batch.memory()
                                .asSlice(batch.offset(i), batch.length(i))
                                .toArray(JAVA_BYTE));
            }
            that(frames.size() <= most, "more frames than octets");
        }
        return frames;
    }

    private static void whole(List<byte[]> frames, byte[] segment, boolean isPartial) {
        int all = frames.stream().mapToInt(frame -> frame.length).sum();
        int others = frames.size() - 1;
        if (others == 0) {
            that(all == segment.length, "one frame of another length");
        } else {
            that((all - segment.length) % others == 0, "headers of different lengths");
            int headers = (all - segment.length) / others;
            ByteArrayOutputStream joined = new ByteArrayOutputStream();
            joined.write(segment, 0, headers);
            frames.forEach(frame -> joined.write(frame, headers, frame.length - headers));
            that(Arrays.equals(joined.toByteArray(), segment), "another payload");
        }
        if (!isPartial) {
            frames.forEach(SegmentCutterFuzz::verify);
        }
    }

    private static void verify(byte[] frame) {
        int at = 12;
        while (half(frame, at) != 0x0800 && half(frame, at) != 0x86dd) {
            at += 4;
        }
        int ip = at + 2;
        boolean four = half(frame, at) == 0x0800;
        int length = four ? (frame[ip] & 15) * 4 : 40;
        int transport = ip + length;
        int rest = frame.length - transport;
        that(!four || sum(frame, ip, length, 0) == 0xffff, "the checksum of IPv4");
        that(half(frame, ip + (four ? 2 : 4)) == (four ? length + rest : rest), "the length");
        int protocol = frame[ip + (four ? 9 : 6)];
        int addresses = four ? sum(frame, ip + 12, 8, 0) : sum(frame, ip + 8, 32, 0);
        that(
                sum(frame, transport, rest, addresses + protocol + rest) == 0xffff,
                "the checksum of TCP or UDP");
    }

    private static int sum(byte[] frame, int at, int length, int first) {
        int sum = first;
        for (int i = 0; i < length; i += 2) {
            sum += i + 1 < length ? half(frame, at + i) : (frame[at + i] & 0xff) << 8;
        }
        while (sum > 0xffff) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return sum;
    }

    private static int half(byte[] frame, int at) {
        return Byte.toUnsignedInt(frame[at]) << 8 | Byte.toUnsignedInt(frame[at + 1]);
    }
}
