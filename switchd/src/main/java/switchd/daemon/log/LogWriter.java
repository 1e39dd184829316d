package switchd.daemon.log;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Writes to stderr from a thread of its own.
///
/// A pipe that nobody reads must not stop the thread that moves frames, nor the end of the process:
/// lines wait in a bounded queue, and those that find no room are counted and told later. Those
/// that repeat each other are summed up ([Throttle]).
final class LogWriter {
    private static final int LINES = 1_000;
    private static final BlockingQueue<Entry> QUEUE = new ArrayBlockingQueue<>(LINES);
    private static final AtomicLong LOST = new AtomicLong();
    private static final Throttle THROTTLE = new Throttle(); // of the thread

    private static volatile LogFormat format = LogFormat.TEXT;

    static {
        Thread.ofPlatform().daemon().name("switchd-log").start(LogWriter::run);
    }

    private LogWriter() {}

    /// What is waited for: a line, or the request to write all that came before.
    private sealed interface Entry {
        record Line(LogLine line) implements Entry {}

        record Flush(CountDownLatch written) implements Entry {}
    }

    /// Says how the lines are written that come from now on.
    static void format(LogFormat wanted) {
        format = wanted;
    }

    /// How lines are written.
    static LogFormat format() {
        return format;
    }

    /// Has `line` written soon. Never waits.
    static void write(LogLine line) {
        if (!QUEUE.offer(new Entry.Line(line))) {
            LOST.incrementAndGet();
        }
    }

    /// Waits until all that came before is written, sums included, at most so long.
    static void flush(long millis) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        CountDownLatch written = new CountDownLatch(1);
        try {
            if (!QUEUE.offer(new Entry.Flush(written), millis, TimeUnit.MILLISECONDS)
                    || !written.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                LOST.incrementAndGet();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void run() {
        while (true) {
            try {
                Duration patience = THROTTLE.untilDue(Instant.now());
                handle(QUEUE.poll(Math.max(patience.toMillis(), 0) + 1, TimeUnit.MILLISECONDS));
            } catch (InterruptedException _) {
                return;
            }
        }
    }

    private static void handle(@Nullable Entry entry) {
        switch (entry) {
            case null -> print(THROTTLE.due(Instant.now()));
            case Entry.Line one when one.line.level().compareTo(System.Logger.Level.INFO) < 0 ->
                    print(List.of(one.line));
            case Entry.Line one -> print(THROTTLE.accept(one.line));
            case Entry.Flush flush -> {
                print(THROTTLE.drain(Instant.now()));
                flush.written.countDown();
            }
        }
    }

    private static void print(List<LogLine> lines) {
        PrintStream err = System.err;
        lines.forEach(line -> err.print(format.render(line)));
        long lost = LOST.getAndSet(0);
        if (lost > 0) {
            err.print(format.render(lost(lost)));
        }
        err.flush();
    }

    private static LogLine lost(long lines) {
        String message = lines + " lines lost: stderr was not read in time";
        return LogLine.of(
                Instant.now(),
                System.Logger.Level.WARNING,
                LogWriter.class.getName(),
                message,
                message,
                "");
    }
}
