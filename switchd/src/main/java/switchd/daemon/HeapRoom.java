package switchd.daemon;

/// Ends a process whose heap stays nearly full.
///
/// The JVM would look for room nearly all the time, and Serial GC, unlike others, never takes that
/// for an error (`UseGCOverheadLimit` means nothing to it). Where less than a 20th of the heap is
/// free at five looks in turn, as much is asked for at once: either that was garbage, which the JVM
/// collects first, or it ends as with any heap that is full. Used by the loop's thread alone.
final class HeapRoom {
    /// From one look to the next.
    static final long PERIOD = 1_000_000_000;

    static final int LOOKS = 5;
    static final int PART = 20;

    private final Heap heap;
    private int lacking;

    HeapRoom(Heap heap) {
        this.heap = heap;
    }

    /// What there is of memory for objects, in bytes.
    interface Heap {
        /// What it can grow to.
        long most();

        /// What is in use, garbage included.
        long used();

        /// So many in one piece.
        ///
        /// @throws OutOfMemoryError where there is no such room
        byte[] claim(int bytes);
    }

    /// This JVM's.
    enum Jvm implements Heap {
        HEAP;

        @Override
        public long most() {
            return Runtime.getRuntime().maxMemory();
        }

        @Override
        public long used() {
            return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
        }

        @Override
        public byte[] claim(int bytes) {
            return new byte[bytes];
        }
    }

    /// Looks once.
    ///
    /// @throws OutOfMemoryError where the heap is full, and the JVM has not ended by that
    void look() {
        long least = heap.most() / PART;
        if (heap.most() - heap.used() >= least) {
            lacking = 0;
        } else if (++lacking == LOOKS) {
            lacking = 0;
            byte[] _ = heap.claim((int) Math.min(least, Integer.MAX_VALUE - 8));
        }
    }
}
