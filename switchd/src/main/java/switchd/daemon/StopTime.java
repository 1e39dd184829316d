package switchd.daemon;

import java.util.concurrent.TimeUnit;

/// How long each part of a stop may take, in milliseconds, so that the process is gone within two
/// seconds, whatever hangs, also where the machine is busy.
///
/// `switchd.stop.factor` makes all of it longer, for a kernel that a test has in memory.
public final class StopTime {
    private static final int FACTOR = Integer.getInteger("switchd.stop.factor", 1);

    /// To close ports and networks one by one; what is left then is left.
    static final long CLOSING_NANOS = TimeUnit.MILLISECONDS.toNanos(700L * FACTOR);

    /// For the loop to end, that included.
    static final long LOOP_MILLIS = 900L * FACTOR;

    /// For a start that is broken off to give back what it has opened.
    public static final long START_MILLIS = 1_200L * FACTOR;

    /// For all of it.
    public static final long ALL_MILLIS = 1_300L * FACTOR;

    /// For the log, after that.
    public static final long LOG_MILLIS = 150L * FACTOR;

    private StopTime() {}
}
