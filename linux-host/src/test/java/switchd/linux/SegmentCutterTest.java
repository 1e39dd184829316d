package switchd.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.assertj.core.api.Assertions.assertThat;
import static switchd.linux.VirtioHeader.GSO_ECN;
import static switchd.linux.VirtioHeader.GSO_TCPV4;
import static switchd.linux.VirtioHeader.GSO_TCPV6;
import static switchd.linux.VirtioHeader.GSO_UDP_L4;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import switchd.core.FrameBatch;

class SegmentCutterTest {
    private static final int LAST = Wire.FIN | Wire.PSH;

    private Arena arena = Arena.ofConfined();
    private final Random random = new Random(4);
    private FrameBatch batch = FrameBatch.slots(arena, FrameBatch.CAPACITY, 1500);
    private SegmentCutter cutter = new SegmentCutter(arena, batch.slotBytes());

    @AfterEach
    void close() {
        arena.close();
    }

    private byte[] octets(int count) {
        byte[] octets = new byte[count];
        random.nextBytes(octets);
        return octets;
    }

    private MemorySegment header(int flags, int kind, int size, int start, int field) {
        MemorySegment header = arena.allocate(VirtioHeader.LAYOUT);
        header.set(JAVA_BYTE, 0, (byte) flags);
        header.set(JAVA_BYTE, 1, (byte) kind);
        header.set(JAVA_SHORT, 4, (short) size);
        header.set(JAVA_SHORT, 6, (short) start);
        header.set(JAVA_SHORT, 8, (short) field);
        return header;
    }

    private MemorySegment header(Wire segment, int size) {
        return header(
                VirtioHeader.NEEDS_CSUM, kind(segment), size, segment.transport(), segment.field());
    }

    private static int kind(Wire segment) {
        if (!segment.isTcp()) {
            return GSO_UDP_L4;
        }
        int kind = segment.isSix() ? GSO_TCPV6 : GSO_TCPV4;
        return (segment.flags() & Wire.CWR) != 0 ? kind | GSO_ECN : kind;
    }

    private boolean take(MemorySegment header, byte[] segment) {
        MemorySegment.copy(segment, 0, cutter.memory(), JAVA_BYTE, 0, segment.length);
        return cutter.take(header, segment.length);
    }

    /// What the cutter makes of a segment, batch by batch.
    private List<byte[]> cut(MemorySegment header, byte[] segment) {
        assertThat(take(header, segment)).isTrue();
        List<byte[]> frames = new ArrayList<>();
        while (cutter.hasMore()) {
            batch.clear();
            int most = 1 + random.nextInt(batch.capacity());
            cutter.cut(batch, most);
            assertThat(batch.count()).isBetween(1, most);
            for (int i = 0; i < batch.count(); i++) {
                assertThat(batch.offset(i)).isEqualTo(batch.slot(i));
                frames.add(
                        batch.memory()
                                .asSlice(batch.offset(i), batch.length(i))
                                .toArray(JAVA_BYTE));
            }
        }
        return frames;
    }

    /// What the segment stands for, each frame put together by itself.
    private static List<byte[]> frames(Wire segment, int size) {
        List<byte[]> frames = new ArrayList<>();
        byte[] payload = segment.payload();
        for (int at = 0; at < payload.length; at += size) {
            int end = Math.min(payload.length, at + size);
            int flags = segment.flags();
            flags &= end < payload.length ? ~LAST : ~0;
            flags &= at > 0 ? ~Wire.CWR : ~0;
            frames.add(
                    segment.with(
                                    segment.id() + at / size,
                                    segment.sequence() + at,
                                    flags,
                                    Arrays.copyOfRange(payload, at, end))
                            .whole());
        }
        return frames;
    }

    private void assertCut(Wire segment, int size) {
        List<byte[]> frames = cut(header(segment, size), segment.unfinished());
        assertThat(frames)
                .as("%s by %d", segment, size)
                .containsExactlyElementsOf(frames(segment, size));
    }

    @Test
    void aTcpSegmentBecomesTheFramesOfTheWire() {
        for (boolean isSix : new boolean[] {false, true}) {
            Wire segment = Wire.of(isSix, true, octets(3 * 1448 + 5));
            assertCut(segment.with(7, 1000, Wire.ACK | Wire.PSH, segment.payload()), 1448);
        }
    }

    @Test
    void flagsGoWhereTheyBelong() {
        byte[] payload = octets(3000);
        int all = Wire.FIN | Wire.PSH | Wire.ACK | Wire.URG | Wire.ECE | Wire.CWR;
        List<byte[]> frames =
                cut(
                        header(Wire.of(false, true, payload).with(7, 9, all, payload), 1000),
                        Wire.of(false, true, payload).with(7, 9, all, payload).unfinished());
        int kept = Wire.ACK | Wire.URG | Wire.ECE;
        assertThat(frames)
                .extracting(frame -> frame[14 + 20 + 13] & 0xff)
                .containsExactly(kept | Wire.CWR, kept, kept | LAST);
    }

    @Test
    void identificationAndSequenceWrapAround() {
        Wire segment = Wire.of(false, true, octets(5000));
        assertCut(segment.with(0xfffe, -1000, Wire.ACK, segment.payload()), 900);
    }

    @Test
    void aUdpSegmentBecomesItsDatagrams() {
        assertCut(Wire.of(false, false, octets(4001)), 1000);
        assertCut(Wire.of(true, false, octets(4001)), 1000);
    }

    @Test
    void theTransportIsFoundBehindAddressesOfARoute() {
        Wire segment = Wire.of(true, true, octets(4000));
        assertCut(segment.with(1, Wire.routing(), octets(12)), 1400);
    }

    @Test
    void aSegmentThatIsOneFrameStaysOne() {
        Wire segment = Wire.of(false, true, octets(100));
        assertCut(segment.with(7, 1, Wire.ACK | LAST | Wire.CWR, segment.payload()), 1448);
        assertCut(Wire.of(true, false, octets(1)), 1);
    }

    @Test
    void withoutAPseudoHeadersSumItIsMadeOfTheAddresses() {
        for (int i = 0; i < 4; i++) {
            Wire segment = Wire.of((i & 1) != 0, (i & 2) != 0, octets(2900));
            byte[] whole = segment.whole();
            MemorySegment header = header(0, kind(segment), 1400, 0, 0);
            assertThat(cut(header, whole)).containsExactlyElementsOf(frames(segment, 1400));
        }
    }

    /// Everything at once, at random: what comes out is octet for octet what a sender without
    /// offload would have sent.
    @Test
    void anySegmentByAnySizeIntoAnyBatch() {
        for (int round = 0; round < 500; round++) {
            boolean isSix = random.nextBoolean();
            Wire plain = Wire.of(isSix, random.nextBoolean(), octets(1 + random.nextInt(20_000)));
            byte[] extra =
                    switch (random.nextInt(3)) {
                        case 0 -> isSix ? Wire.routing() : octets(4 * random.nextInt(11));
                        default -> new byte[0];
                    };
            Wire segment =
                    plain.with(random.nextInt(4), extra, octets(4 * random.nextInt(11)))
                            .with(
                                    random.nextInt(65_536),
                                    random.nextInt(),
                                    random.nextInt(256),
                                    plain.payload());
            int size = segment.payload().length / (1 + random.nextInt(200)) + 1;
            int longest = segment.data() + Math.min(size, segment.payload().length);
            again(1 + random.nextInt(70), longest);
            assertCut(segment, size);
        }
    }

    private void again(int capacity, int longest) {
        arena.close();
        arena = Arena.ofConfined();
        batch = FrameBatch.slots(arena, capacity, longest);
        cutter = new SegmentCutter(arena, batch.slotBytes());
    }

    @Test
    void theLongestSegmentIsCutOverSeveralBatches() {
        Wire segment = Wire.of(false, true, octets(65_535 - 40));
        assertCut(segment, 536);
        assertCut(segment, 1);
    }

    @Test
    void framesThatAreTooLongForTheNetworkAreToldByTheirLength() {
        Wire segment = Wire.of(false, true, octets(20_000));
        List<byte[]> frames = cut(header(segment, 8_948), segment.unfinished());
        assertThat(frames).hasSize(3);
        int room = batch.slotBytes();
        assertThat(frames).extracting(frame -> frame.length).startsWith(room, room);
        assertThat(room).isGreaterThan(1518);
    }

    @Test
    void theRestCanBeForgotten() {
        Wire segment = Wire.of(false, true, octets(60_000));
        assertThat(take(header(segment, 500), segment.unfinished())).isTrue();
        cutter.cut(batch, batch.capacity());
        assertThat(cutter.hasMore()).isTrue();
        cutter.clear();
        assertThat(cutter.hasMore()).isFalse();
        batch.clear();
        cutter.cut(batch, batch.capacity());
        assertThat(batch.count()).isZero();
    }

    @Test
    void whatCannotBeCutIsRefused() {
        Wire four = Wire.of(false, true, octets(3000));
        Wire six = Wire.of(true, true, octets(3000));
        Wire udp = Wire.of(false, false, octets(3000));
        byte[] bytes = four.unfinished();
        int start = four.transport();
        refused(header(1, GSO_TCPV4, 0, start, 16), bytes, "segments of no size");
        refused(header(1, GSO_TCPV6, 1000, start, 16), bytes, "another version");
        refused(header(1, GSO_TCPV4, 1000, six.transport(), 16), six.unfinished(), "version");
        refused(header(1, GSO_UDP_L4, 1000, start, 6), bytes, "another protocol");
        refused(header(1, GSO_TCPV4, 1000, udp.transport(), 16), udp.unfinished(), "protocol");
        for (int kind : new int[] {2, 3, 6, 0x21, 0x41, 0x7f}) {
            refused(header(1, kind, 1000, start, 16), bytes, "kind " + kind);
        }
        refused(header(1, GSO_TCPV4, 1000, start, 6), bytes, "a checksum of another kind");
        refused(header(1, GSO_TCPV4, 1000, start + 4, 16), bytes, "a header elsewhere");
        refused(header(1, GSO_TCPV4, 1000, start, 16), Arrays.copyOf(bytes, start + 20), "empty");
        for (int length = 0; length < start + 20; length++) {
            refused(header(1, GSO_TCPV4, 9, start, 16), Arrays.copyOf(bytes, length), "short");
            refused(header(0, GSO_TCPV4, 9, 0, 0), Arrays.copyOf(bytes, length), "short");
        }
        bytes[start + 12] = 0x40;
        refused(header(1, GSO_TCPV4, 1000, start, 16), bytes, "a TCP header of 16 octets");
        bytes[start + 12] = 0x50;
        bytes[12] = 0x12;
        refused(header(1, GSO_TCPV4, 1000, start, 16), bytes, "a type that is not IP");
        byte[] routed = six.with(0, Wire.routing(), new byte[0]).unfinished();
        refused(header(0, GSO_TCPV6, 1000, 0, 0), routed, "a header that nobody has found");
    }

    private void refused(MemorySegment header, byte[] segment, String why) {
        assertThat(take(header, segment)).as(why).isFalse();
        assertThat(cutter.hasMore()).as(why).isFalse();
        batch.clear();
        cutter.cut(batch, batch.capacity());
        assertThat(batch.count()).as(why).isZero();
    }
}
