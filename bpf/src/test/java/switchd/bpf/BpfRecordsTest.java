package switchd.bpf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import switchd.core.FrameBatch;
import switchd.darwin.testkit.Abi;

/// Buffers made by hand, with the offsets of the compiler's table.
final class BpfRecordsTest {
    private static final int SIZE = 4096;
    private static final int CAPTURED = Abi.offset("bpf_hdr", "bh_caplen");
    private static final int LENGTH = Abi.offset("bpf_hdr", "bh_datalen");
    private static final int HEADER_LENGTH = Abi.offset("bpf_hdr", "bh_hdrlen");

    private final MemorySegment buffer = Arena.ofAuto().allocate(SIZE, 8);
    private final BpfRecords records = new BpfRecords(buffer);
    private final FrameBatch batch = FrameBatch.view(4);
    private int end;

    /// Adds a record, padded as all but the last are.
    private void record(int captured, int length, int header) {
        end = (end + 3) & ~3;
        buffer.set(JAVA_INT, end + CAPTURED, captured);
        buffer.set(JAVA_INT, end + LENGTH, length);
        buffer.set(JAVA_SHORT, end + HEADER_LENGTH, (short) header);
        end += header + captured;
    }

    private void frame(int length) {
        record(length, length, 18);
    }

    private void split() {
        batch.over(buffer);
        records.split(batch, batch.capacity());
    }

    private void filledAndSplit() {
        records.filled(end);
        split();
    }

    @Test
    void framesAreNamedWhereTheyLie() {
        frame(60);
        frame(61);
        frame(1514);
        filledAndSplit();
        assertThat(batch.count()).isEqualTo(3);
        assertThat(batch.offset(0)).isEqualTo(18);
        assertThat(batch.length(0)).isEqualTo(60);
        assertThat(batch.offset(1)).isEqualTo(80 + 18);
        assertThat(batch.length(1)).isEqualTo(61);
        assertThat(batch.offset(2)).isEqualTo(80 + 80 + 18);
        assertThat(batch.length(2)).isEqualTo(1514);
        assertThat(records.hasMore()).isFalse();
        assertThat(records.truncated()).isZero();
    }

    @Test
    void aFullBatchIsResumed() {
        for (int i = 0; i < 10; i++) {
            frame(60 + i);
        }
        filledAndSplit();
        assertThat(batch.count()).isEqualTo(4);
        assertThat(records.hasMore()).isTrue();
        split();
        assertThat(batch.count()).isEqualTo(4);
        assertThat(batch.length(0)).isEqualTo(64);
        assertThat(records.hasMore()).isTrue();
        split();
        assertThat(batch.count()).isEqualTo(2);
        assertThat(batch.length(1)).isEqualTo(69);
        assertThat(records.hasMore()).isFalse();
        split();
        assertThat(batch.count()).isZero();
    }

    @Test
    void exactlyAFullBatchLeavesNothing() {
        for (int i = 0; i < 4; i++) {
            frame(63);
        }
        filledAndSplit();
        assertThat(batch.count()).isEqualTo(4);
        assertThat(records.hasMore()).isFalse();
    }

    @Test
    void aBufferThatIsExactlyFullIsSplitToItsLastByte() {
        frame(1514);
        frame(SIZE - 1532 - 18);
        assertThat(end).isEqualTo(SIZE);
        filledAndSplit();
        assertThat(batch.count()).isEqualTo(2);
        assertThat(batch.offset(1) + batch.length(1)).isEqualTo(SIZE);
    }

    @Test
    void cutFramesAreLeftOutAndCounted() {
        frame(60);
        record(100, 1514, 18);
        frame(70);
        filledAndSplit();
        assertThat(batch.count()).isEqualTo(2);
        assertThat(batch.length(1)).isEqualTo(70);
        assertThat(records.truncated()).isEqualTo(1);
    }

    @Test
    void aLongerHeaderIsSkippedWhole() {
        record(60, 60, 26);
        frame(60);
        filledAndSplit();
        assertThat(batch.count()).isEqualTo(2);
        assertThat(batch.offset(0)).isEqualTo(26);
        assertThat(batch.offset(1)).isEqualTo(88 + 18);
    }

    @Test
    void anEmptyFrameIsAFrame() {
        frame(0);
        frame(60);
        filledAndSplit();
        assertThat(batch.count()).isEqualTo(2);
        assertThat(batch.length(0)).isZero();
        assertThat(batch.length(1)).isEqualTo(60);
    }

    @ParameterizedTest(name = "captured {0}, header {1}")
    @CsvSource({
        "60, 0",
        "60, 17",
        "60, 65535",
        "-1, 18",
        "-2147483648, 18",
        "2147483647, 18",
        "4096, 18"
    })
    void nothingIsReadBeyondTheBuffer(int captured, int header) {
        frame(60);
        int at = 80;
        buffer.set(JAVA_INT, at + CAPTURED, captured);
        buffer.set(JAVA_INT, at + LENGTH, captured);
        buffer.set(JAVA_SHORT, at + HEADER_LENGTH, (short) header);
        end = at + 78;
        filledAndSplit();
        assertThat(batch.count()).isEqualTo(1);
        assertThat(records.hasMore()).isFalse();
        assertThat(records.truncated()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 17})
    void lessThanAHeaderIsNoRecord(int bytes) {
        buffer.asSlice(0, 32).fill((byte) 0x55);
        records.filled(bytes);
        assertThat(records.hasMore()).isFalse();
        split();
        assertThat(batch.count()).isZero();
    }

    @Test
    void theLastRecordNeedsNoPadding() {
        frame(61);
        records.filled(18 + 61);
        buffer.asSlice(79, 20).fill((byte) 0xff);
        split();
        assertThat(batch.count()).isEqualTo(1);
        assertThat(records.truncated()).isZero();
        assertThat(buffer.get(JAVA_BYTE, 79)).isEqualTo((byte) 0xff);
    }

    @Test
    void aNewReadForgetsTheRest() {
        for (int i = 0; i < 6; i++) {
            frame(60);
        }
        filledAndSplit();
        records.filled(0);
        assertThat(records.hasMore()).isFalse();
    }
}
