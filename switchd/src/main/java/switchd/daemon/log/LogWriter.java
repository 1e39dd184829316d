package switchd.daemon.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
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

    /// Null where lines go to `System.err`.
    private static volatile @Nullable OutputStream file;

    private static volatile LogFormat format = LogFormat.TEXT;

    private LogWriter() {}

    /// Begins with the first line, by when the daemon has given up what rights it does not need.
    private static final class Writing {
        private static final Thread THREAD =
                Thread.ofPlatform().daemon().name("switchd-log").start(LogWriter::run);

        private Writing() {}

        static boolean hasBegun() {
            return THREAD.isAlive();
        }
    }

    /// What is waited for: a line, or the request to write all that came before.
    private sealed interface Entry {
        record Line(LogLine line) implements Entry {}

        record Flush(CountDownLatch written) implements Entry {}
    }

    /// Says how the lines are written that come from now on.
    static void format(LogFormat wanted) {
        format = wanted;
    }

    /// Writes to `descriptor` from here on, or to `System.err`, which keeps it to itself where a
    /// disk is full.
    static void file(@Nullable FileDescriptor descriptor) {
        file = descriptor == null ? null : new FileOutputStream(descriptor);
    }

    /// How lines are written.
    static LogFormat format() {
        return format;
    }

    /// Has `line` written soon. Never waits.
    static void write(LogLine line) {
        if (!Writing.hasBegun() || !QUEUE.offer(new Entry.Line(line))) {
            LOST.incrementAndGet();
        }
    }

    /// Waits until all that came before is written, sums included, at most so long.
    static void flush(long millis) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        CountDownLatch written = new CountDownLatch(1);
        try {
            if (!Writing.hasBegun()
                    || !QUEUE.offer(new Entry.Flush(written), millis, TimeUnit.MILLISECONDS)
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
                Duration patience = THROTTLE.untilDue(Moment.now());
                handle(QUEUE.poll(Math.max(patience.toMillis(), 0) + 1, TimeUnit.MILLISECONDS));
            } catch (InterruptedException _) {
                return;
            } catch (RuntimeException | Error _) {
                // A line that cannot be written must not keep those that come after it from it.
                LOST.incrementAndGet();
            }
        }
    }

    private static void handle(@Nullable Entry entry) {
        switch (entry) {
            case null -> print(THROTTLE.due(Moment.now()));
            case Entry.Line one when one.line.level().compareTo(System.Logger.Level.INFO) < 0 ->
                    print(List.of(one.line));
            case Entry.Line one -> print(THROTTLE.accept(one.line));
            case Entry.Flush flush -> {
                print(THROTTLE.drain(Moment.now()));
                flush.written.countDown();
            }
        }
    }

    private static void print(List<LogLine> lines) {
        StringBuilder text = new StringBuilder();
        long lost = LOST.getAndSet(0);
        if (lost > 0) {
            text.append(format.render(lost(lost)));
        }
        lines.forEach(line -> text.append(format.render(line)));
        try {
            write(text.toString().getBytes(UTF_8));
        } catch (IOException _) {
            LOST.addAndGet(lost + lines.size()); // told when there is room on the disk again
        }
    }

    private static void write(byte[] text) throws IOException {
        OutputStream own = file;
        OutputStream out = own == null ? System.err : own;
        if (text.length > 0) {
            out.write(text);
        }
        out.flush();
    }

    private static LogLine lost(long lines) {
        String message =
                lines + " lines lost: stderr was not read in time, or could not be written";
        return LogLine.of(
                Moment.now(),
                System.Logger.Level.WARNING,
                LogWriter.class.getName(),
                message,
                message,
                "");
    }
}
