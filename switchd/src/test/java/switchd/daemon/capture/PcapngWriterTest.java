package switchd.daemon.capture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import switchd.core.Direction;
import switchd.core.DropCause;
import switchd.daemon.capture.CaptureRecord.Kind;

/// The file's blocks, taken apart as the format's description has them. That tshark reads it is
/// `CaptureIT`'s.
final class PcapngWriterTest {
    private static final long TIME = 1_700_000_000_123_456_789L;

    /// @param type of the block
    /// @param body without the options
    /// @param options by code; the last one of each
    record Block(int type, ByteBuffer body, Map<Integer, byte[]> options) {
        String text(int code) {
            return new String(options.get(code), UTF_8);
        }

        long number(int code) {
            return ByteBuffer.wrap(options.get(code)).order(ByteOrder.LITTLE_ENDIAN).getLong();
        }
    }

    @Test
    void theFileSaysWhereItIsFrom() throws IOException {
        List<Block> blocks = blocks("arp");
        Block section = blocks.get(0);
        assertThat(section.type).isEqualTo(0x0a0d0d0a);
        assertThat(section.body.getInt(0)).isEqualTo(0x1a2b3c4d);
        assertThat(section.body.getLong(8)).isEqualTo(-1);
        assertThat(section.text(2)).isEqualTo("aarch64");
        assertThat(section.text(3)).isEqualTo("Linux 6");
        assertThat(section.text(4)).isEqualTo("switchd 1");
        Block nic = blocks.get(1);
        assertThat(nic.type).isEqualTo(1);
        assertThat(nic.body.getShort(0)).isEqualTo((short) 1);
        assertThat(nic.body.getInt(4)).isEqualTo(1500);
        assertThat(nic.text(2)).isEqualTo("vm0");
        assertThat(nic.options.get(9)).containsExactly(9);
        assertThat(nic.text(11)).isEqualTo("\0arp");
        assertThat(blocks(null).get(1).options).doesNotContainKey(11);
    }

    @Test
    void framesCarryTimeDirectionAndCause() throws IOException {
        List<Block> blocks =
                blocks(
                        null,
                        frame(Direction.TO_LAN, null, 60, 0, 1, 2, 3, 4, 5),
                        frame(Direction.TO_VM, DropCause.VM_FULL, 3, 7, 1, 2, 3));
        Block first = blocks.get(2);
        assertThat(first.type).isEqualTo(6);
        long high = Integer.toUnsignedLong(first.body.getInt(4));
        assertThat(high << 32 | Integer.toUnsignedLong(first.body.getInt(8))).isEqualTo(TIME);
        assertThat(first.body.getInt(12)).isEqualTo(5);
        assertThat(first.body.getInt(16)).isEqualTo(60);
        assertThat(first.body.get(24)).isEqualTo((byte) 5);
        assertThat(first.text(1)).isEqualTo("toLan");
        assertThat(first.options.get(2)).containsExactly(1, 0, 0, 0);
        assertThat(first.options).doesNotContainKey(4);
        Block second = blocks.get(3);
        assertThat(second.text(1)).isEqualTo("toVm: dropped: vmFull");
        assertThat(second.options.get(2)).containsExactly(2, 0, 0, 0);
        assertThat(second.number(4)).isEqualTo(7);
    }

    @Test
    void theSumsComeLast() throws IOException {
        List<Block> blocks =
                blocks(
                        null,
                        frame(Direction.TO_LAN, null, 60, 4, 1),
                        record(Kind.LOST, null, 2),
                        record(Kind.UNSEEN, DropCause.OVERRUN, 9));
        assertThat(blocks).hasSize(4);
        Block sums = blocks.getLast();
        assertThat(sums.type).isEqualTo(5);
        assertThat(sums.number(4)).isEqualTo(1 + 6 + 9); // received
        assertThat(sums.number(5)).isEqualTo(6); // dropped by the interface
        assertThat(sums.number(6)).isEqualTo(7); // wanted by the filter
        assertThat(sums.number(7)).isEqualTo(9); // dropped by the system
        assertThat(sums.number(8)).isEqualTo(1); // delivered
    }

    private static CaptureRecord frame(
            Direction direction, @Nullable DropCause cause, int length, long lost, int... bytes) {
        byte[] frame = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            frame[i] = (byte) bytes[i];
        }
        return new CaptureRecord(Kind.FRAME, direction, cause, length, lost, TIME, frame);
    }

    private static CaptureRecord record(Kind kind, @Nullable DropCause cause, long count) {
        return new CaptureRecord(kind, Direction.TO_VM, cause, 0, count, TIME, new byte[0]);
    }

    private static List<Block> blocks(@Nullable String filter, CaptureRecord... records)
            throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        PcapngWriter writer = new PcapngWriter(file);
        writer.begin(
                new PcapngWriter.Origin(
                        "aarch64", "Linux 6", "switchd 1", "vm0", "a port", filter, 1500));
        for (CaptureRecord captured : records) {
            writer.add(captured);
        }
        writer.end();
        ByteBuffer bytes = ByteBuffer.wrap(file.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
        List<Block> blocks = new ArrayList<>();
        while (bytes.hasRemaining()) {
            int start = bytes.position();
            int length = bytes.getInt(start + 4);
            assertThat(length % 4).isZero();
            assertThat(bytes.getInt(start + length - 4)).isEqualTo(length);
            ByteBuffer body = bytes.slice(start + 8, length - 12).order(ByteOrder.LITTLE_ENDIAN);
            blocks.add(block(bytes.getInt(start), body));
            bytes.position(start + length);
        }
        return blocks;
    }

    private static Block block(int type, ByteBuffer body) {
        int at =
                switch (type) {
                    case 0x0a0d0d0a -> 16;
                    case 1 -> 8;
                    case 5 -> 12;
                    default -> 20 + (body.getInt(12) + 3) / 4 * 4;
                };
        Map<Integer, byte[]> options = new LinkedHashMap<>();
        for (int code = body.getShort(at); code != 0; code = body.getShort(at)) {
            byte[] value = new byte[body.getShort(at + 2)];
            body.get(at + 4, value);
            options.put(code, value);
            at += 4 + (value.length + 3) / 4 * 4;
        }
        return new Block(type, body, options);
    }
}
