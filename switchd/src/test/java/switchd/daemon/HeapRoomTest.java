package switchd.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class HeapRoomTest {
    private static final int MEGABYTE = 1 << 20;

    private final FakeHeap heap = new FakeHeap();
    private final HeapRoom room = new HeapRoom(heap);

    /// One of 60 MiB, of which 3 MiB have to be free.
    private static final class FakeHeap implements HeapRoom.Heap {
        private long live;
        private long garbage;
        private int claims;

        @Override
        public long most() {
            return 60 * MEGABYTE;
        }

        @Override
        public long used() {
            return live + garbage;
        }

        @Override
        public byte[] claim(int bytes) {
            claims++;
            assertThat(bytes).isEqualTo(3 * MEGABYTE);
            garbage = 0;
            if (live + bytes > most()) {
                throw new OutOfMemoryError("planted");
            }
            return new byte[0];
        }
    }

    private void look(int times) {
        for (int i = 0; i < times; i++) {
            room.look();
        }
    }

    @Test
    void aHeapWithRoomIsLeftAlone() {
        heap.live = 57 * MEGABYTE;
        look(100);
        assertThat(heap.claims).isZero();
    }

    @Test
    void oneThatStaysNearlyFullEndsIt() {
        heap.live = 57 * MEGABYTE + 1;
        look(HeapRoom.LOOKS - 1);
        assertThat(heap.claims).isZero();
        assertThatThrownBy(room::look).isInstanceOf(OutOfMemoryError.class);
    }

    @Test
    void oneThatIsFullOfGarbageOrNowAndThenOnlyGoesOn() {
        heap.garbage = 59 * MEGABYTE;
        look(HeapRoom.LOOKS - 1);
        heap.garbage = 0;
        look(1);
        heap.garbage = 59 * MEGABYTE;
        look(HeapRoom.LOOKS - 1);
        assertThat(heap.claims).isZero();
        look(1);
        assertThat(heap.claims).isOne();
        look(100);
        assertThat(heap.claims).isOne();
    }

    @Test
    void theHeapOfThisJvmIsSeen() {
        HeapRoom.Heap jvm = HeapRoom.Jvm.HEAP;
        assertThat(jvm.used()).isBetween(1L, jvm.most());
        assertThat(jvm.claim(MEGABYTE)).hasSize(MEGABYTE);
        assertThatThrownBy(() -> jvm.claim(Integer.MAX_VALUE)) // more than an array can be
                .isInstanceOf(OutOfMemoryError.class);
    }
}
