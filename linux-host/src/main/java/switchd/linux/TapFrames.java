package switchd.linux;

import switchd.core.Counters;
import switchd.core.FrameBatch;

/// How frames pass the descriptor of a TAP. Used by the loop's thread alone.
sealed interface TapFrames permits WholeFrames, OffloadedFrames {
    /// Adds waiting frames to `slots`, which is empty.
    ///
    /// @param most frames, at most as many as there are slots
    /// @return 0, or where the first read fails, the negated error number; nothing waiting is no
    ///   failure
    long receive(FrameBatch slots, int most);

    /// Writes a frame: the octets written, or the negated error number.
    long write(FrameBatch batch, int frame);

    /// True where frames have been taken from the kernel that are in no batch yet.
    default boolean hasMore() {
        return false;
    }

    /// Throws those away.
    default void forget() {}

    /// As [switchd.core.Uplink#countLosses].
    default void countLosses(Counters toVm) {}

    /// Gives memory of its own back.
    default void close() {}
}
