package switchd.core;

import org.jspecify.annotations.Nullable;

/// Is shown what becomes of the frames at a port, exactly as they are counted there.
///
/// A frame is shown once at every port that it goes through, when its fate is known: one that is
/// held for a slow VM is shown when it is sent or dropped. A frame that goes from port to port is
/// shown at both: `toLan` at the first, `toVm` at the second.
///
/// Called on the loop's thread, in the middle of the frame path: must neither block nor throw.
public interface FrameTap {
    /// Frames `from` to `to`, exclusive, have been passed on or dropped. They are good for this
    /// call only, and must not be changed.
    ///
    /// @param cause null where they have been passed on
    void frames(
            Direction direction, FrameBatch frames, int from, int to, @Nullable DropCause cause);

    /// Frames have been dropped that nobody has any more, or that were none.
    ///
    /// @param count how many, more than 0
    void unseen(Direction direction, DropCause cause, int count);
}
