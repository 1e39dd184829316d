package switchd.core;

import org.jspecify.annotations.Nullable;

/// How many frames a port moves before it is the others' turn: what one moves is what all others of
/// the loop wait for.
///
/// A port that alone has something moves whole batches, which takes the fewest system calls. As
/// soon as another one has had something, both move few at a time, and do so until for
/// [#LATELY_NANOS] there was one only. Used by the loop's thread alone.
final class FairShare {
    /// Frames that a port moves at once beside others: a TAP takes some microseconds for each.
    static final int AMONG_OTHERS = 8;

    /// How long another port counts that had something to move.
    static final long LATELY_NANOS = 1_000_000_000;

    private @Nullable Port last;
    private long sharedUntil;
    private boolean shared;

    /// The most frames that `port`, which has something to move, may move now.
    int of(Port port, long now) {
        if (port != last) {
            shared = last != null;
            sharedUntil = now + LATELY_NANOS;
            last = port;
        } else if (shared && now - sharedUntil >= 0) {
            shared = false;
        }
        return shared ? AMONG_OTHERS : FrameBatch.CAPACITY;
    }
}
