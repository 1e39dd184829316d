package switchd.daemon.log;

import java.io.PrintStream;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// Writes to stderr from a thread of its own.
///
/// A pipe that nobody reads must not stop the thread that moves frames, nor the end of the process:
/// lines wait in a bounded queue, and those that find no room are counted and told later.
final class LogWriter {
    private static final int LINES = 1_000;
    private static final BlockingQueue<Entry> QUEUE = new ArrayBlockingQueue<>(LINES);
    private static final AtomicLong LOST = new AtomicLong();

    static {
        Thread.ofPlatform().daemon().name("switchd-log").start(LogWriter::run);
    }

    private LogWriter() {}

    /// A text to write, and who waits for it.
    private record Entry(String text, CountDownLatch written) {}

    /// Has `text` written soon. Never waits.
    static void write(String text) {
        if (!QUEUE.offer(new Entry(text, new CountDownLatch(1)))) {
            LOST.incrementAndGet();
        }
    }

    /// Waits until all that came before is written, at most so long.
    static void flush(long millis) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        Entry mark = new Entry("", new CountDownLatch(1));
        try {
            if (QUEUE.offer(mark, millis, TimeUnit.MILLISECONDS)) {
                boolean written =
                        mark.written.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (!written) {
                    LOST.incrementAndGet();
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void run() {
        while (true) {
            try {
                Entry entry = QUEUE.take();
                PrintStream err = System.err;
                err.print(entry.text);
                long lost = LOST.getAndSet(0);
                if (lost > 0) {
                    err.println("(" + lost + " lines lost: stderr was not read in time)");
                }
                err.flush();
                entry.written.countDown();
            } catch (InterruptedException _) {
                return;
            }
        }
    }
}
