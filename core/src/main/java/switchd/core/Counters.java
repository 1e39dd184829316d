package switchd.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// What has gone one way through a port: frames and bytes passed on, frames dropped by cause. A
/// [FrameTap] is shown each frame as it is counted.
///
/// The loop's thread writes; any thread may read, each value on its own, never older than the last
/// turn.
public final class Counters {
    private static final VarHandle VALUE = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int FRAMES = 0;
    private static final int BYTES = 1;
    private static final int DROPS = 2;

    private final long[] values = new long[DROPS + DropCause.values().length];
    private final Direction direction;
    private @Nullable FrameTap tap;

    /// @param direction the way that is counted
    public Counters(Direction direction) {
        this.direction = direction;
    }

    /// From here on `newTap` is shown what is counted; null ends that.
    void tap(@Nullable FrameTap newTap) {
        tap = newTap;
    }

    /// Counts frames `from` to `to`, exclusive, as passed on.
    public void passed(FrameBatch frames, int from, int to) {
        long bytes = 0;
        for (int i = from; i < to; i++) {
            bytes += frames.length(i);
        }
        add(FRAMES, to - from);
        add(BYTES, bytes);
        show(frames, from, to, null);
    }

    /// Counts frames `from` to `to`, exclusive, as dropped.
    public void dropped(DropCause cause, FrameBatch frames, int from, int to) {
        add(DROPS + cause.ordinal(), to - from);
        show(frames, from, to, cause);
    }

    /// Counts `count` dropped frames that nobody has any more.
    public void dropped(DropCause cause, int count) {
        add(DROPS + cause.ordinal(), count);
        FrameTap current = tap;
        if (current != null && count > 0) {
            current.unseen(direction, cause, count);
        }
    }

    private void show(FrameBatch frames, int from, int to, @Nullable DropCause cause) {
        FrameTap current = tap;
        if (current != null && from < to) {
            current.frames(direction, frames, from, to, cause);
        }
    }

    /// Frames passed on.
    public long frames() {
        return get(FRAMES);
    }

    /// Bytes of the frames passed on, headers included.
    public long bytes() {
        return get(BYTES);
    }

    /// Frames dropped for `cause`.
    public long drops(DropCause cause) {
        return get(DROPS + cause.ordinal());
    }

    /// Frames dropped for any cause.
    public long drops() {
        long sum = 0;
        for (DropCause cause : DropCause.values()) {
            sum += drops(cause);
        }
        return sum;
    }

    private void add(int index, long amount) {
        VALUE.setOpaque(values, index, values[index] + amount);
    }

    private long get(int index) {
        return (long) VALUE.getOpaque(values, index);
    }
}
