package switchd.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// What has gone one way through a port: frames and bytes passed on, frames dropped by cause.
///
/// The loop's thread writes; any thread may read, each value on its own, never older than the last
/// turn.
public final class Counters {
    private static final VarHandle VALUE = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int FRAMES = 0;
    private static final int BYTES = 1;
    private static final int DROPS = 2;

    private final long[] values = new long[DROPS + DropCause.values().length];

    /// Counts frames `from` to `to`, exclusive, as passed on.
    public void passed(FrameBatch frames, int from, int to) {
        long bytes = 0;
        for (int i = from; i < to; i++) {
            bytes += frames.length(i);
        }
        add(FRAMES, to - from);
        add(BYTES, bytes);
    }

    /// Counts `frames` dropped frames.
    public void dropped(DropCause cause, int frames) {
        add(DROPS + cause.ordinal(), frames);
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
