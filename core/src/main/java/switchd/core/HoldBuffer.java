package switchd.core;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Frames that wait for a VM to make room: a bounded queue with memory of its own, allocated once.
/// Used by the loop's thread alone.
final class HoldBuffer {
    private static final int BYTES = 256 * 1024;
    private static final int FEWEST_SLOTS = 2 * FrameBatch.CAPACITY;

    private final FrameBatch slots;
    private final FrameBatch waiting;
    private final long[] since;
    private int first;
    private int count;

    /// @param mtu of the network, in bytes
    HoldBuffer(Arena arena, int mtu) {
        int capacity = Math.max(FEWEST_SLOTS, BYTES / EthernetFrame.longest(mtu));
        slots = FrameBatch.slots(arena, capacity, mtu);
        waiting = FrameBatch.view(capacity);
        since = new long[capacity];
        waiting.over(slots.memory());
    }

    boolean isEmpty() {
        return count == 0;
    }

    int capacity() {
        return slots.capacity();
    }

    int count() {
        return count;
    }

    /// Copies frames from frame `from` on while there is room.
    ///
    /// @param now nanoseconds
    /// @return the number of frames taken
    int add(FrameBatch frames, int from, long now) {
        int taken = Math.min(frames.count() - from, slots.capacity() - count);
        for (int i = from; i < from + taken; i++) {
            int slot = (first + count) % slots.capacity();
            int to = slots.slot(slot);
            MemorySegment.copy(
                    frames.memory(), frames.offset(i), slots.memory(), to, frames.length(i));
            slots.set(slot, to, frames.length(i));
            since[slot] = now;
            count++;
        }
        return taken;
    }

    /// The frames that wait, oldest first; good until the next change.
    FrameBatch frames() {
        waiting.clear();
        for (int i = 0; i < count; i++) {
            waiting.add(slots, (first + i) % slots.capacity());
        }
        return waiting;
    }

    /// Forgets the oldest `number` frames.
    void remove(int number) {
        first = (first + number) % slots.capacity();
        count -= number;
    }

    /// The number of frames that were added before `time`: the oldest ones.
    ///
    /// @param time nanoseconds
    int olderThan(long time) {
        int old = 0;
        while (old < count && since[(first + old) % since.length] - time < 0) {
            old++;
        }
        return old;
    }
}
