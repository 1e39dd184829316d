package switchd.core;

import static org.assertj.core.api.Assertions.assertThat;
import static switchd.core.testkit.Frames.mac;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import switchd.core.testkit.Frames;

final class FrameBatchTest {
    private static final int CACHE_LINE = 64;

    @ParameterizedTest
    @ValueSource(ints = {68, 576, 1280, 1454, 1500, 1518, 4000, 9000, 16110, 65535})
    void aSlotIsAnOddNumberOfCacheLinesAndLongerThanTheLongestFrame(int mtu) {
        try (Arena arena = Arena.ofConfined()) {
            FrameBatch batch = FrameBatch.slots(arena, 4, mtu);
            int stride = batch.slot(1) - batch.slot(0);
            assertThat(stride % CACHE_LINE).isZero();
            assertThat(stride / CACHE_LINE).isOdd();
            assertThat(batch.slotBytes()).isGreaterThan(EthernetFrame.longest(mtu));
            assertThat(batch.slotBytes()).isEqualTo(stride - FrameBatch.TAG_BYTES);
            assertThat(batch.slot(3) - batch.slot(0)).isEqualTo(3 * stride);
            assertThat(batch.slot(0)).isGreaterThanOrEqualTo(FrameBatch.TAG_BYTES);
            assertThat(batch.memory().byteSize())
                    .isGreaterThanOrEqualTo(batch.slot(3) + batch.slotBytes());
            assertThat((batch.memory().address() + batch.slot(0)) % CACHE_LINE).isZero();
        }
    }

    @Test
    void aBatchIsFilledToItsCapacityAndEmptied() {
        FrameBatch batch = FrameBatch.view(2);
        assertThat(batch.count()).isZero();
        batch.add(0, 60);
        assertThat(batch.isFull()).isFalse();
        batch.add(64, 1514);
        assertThat(batch.isFull()).isTrue();
        assertThat(batch.capacity()).isEqualTo(2);
        assertThat(batch.offset(1)).isEqualTo(64);
        assertThat(batch.length(1)).isEqualTo(1514);
        batch.clear();
        assertThat(batch.count()).isZero();
    }

    @Test
    void addressesAreReadWhereverAFrameLies() {
        FrameBatch batch = Frames.batch(1500, Frames.frame(mac(0xfedc), mac(0x8001), 1));
        for (int shift = 0; shift < 8; shift++) {
            batch.memory()
                    .asSlice(shift, Frames.LENGTH)
                    .copyFrom(MemorySegment.ofArray(frame(shift)));
            batch.clear();
            batch.add(shift, Frames.LENGTH);
            assertThat(batch.destination(0)).isEqualTo(mac(0xfe00 + shift).value());
            assertThat(batch.source(0)).isEqualTo(mac(0x8000 + shift).value());
        }
    }

    @Test
    void theHighestAddressIsNotNegative() {
        FrameBatch batch = Frames.batch(1500, Frames.frame(Frames.BROADCAST, Frames.BROADCAST, 1));
        assertThat(batch.destination(0)).isEqualTo(0xffff_ffff_ffffL);
        assertThat(batch.source(0)).isEqualTo(0xffff_ffff_ffffL);
    }

    @Test
    void aViewNamesFramesOfAnotherBatchWithoutACopy() {
        FrameBatch batch = Frames.batch(1500, frame(1), frame(2), frame(3));
        FrameBatch view = FrameBatch.view(2);
        view.over(batch.memory());
        view.add(batch, 2);
        view.add(batch, 0);
        assertThat(view.memory()).isSameAs(batch.memory());
        assertThat(Frames.number(Frames.bytes(view, 0))).isEqualTo(3);
        assertThat(Frames.number(Frames.bytes(view, 1))).isEqualTo(1);
        view.over(batch.memory());
        assertThat(view.count()).isZero();
        assertThat(view.slotBytes()).isZero();
    }

    @Test
    void weedingMovesNamesNotBytes() {
        FrameBatch batch = Frames.batch(1500, frame(1), frame(2), frame(3), frame(4));
        batch.move(1, 0);
        batch.move(3, 1);
        batch.truncate(2);
        assertThat(batch.count()).isEqualTo(2);
        assertThat(Frames.number(Frames.bytes(batch, 0))).isEqualTo(2);
        assertThat(Frames.number(Frames.bytes(batch, 1))).isEqualTo(4);
        assertThat(batch.offset(0)).isEqualTo(batch.slot(1));
    }

    private static byte[] frame(int number) {
        return Frames.frame(mac(0xfe00 + number), mac(0x8000 + number), number);
    }
}
