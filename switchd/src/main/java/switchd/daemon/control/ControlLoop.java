package switchd.daemon.control;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.newsclub.net.unix.AFUNIXServerSocketChannel;
import switchd.posix.Fd;
import switchd.posix.Posix;

/// What the control thread does: it waits for clients, for their requests and for the answers of
/// others, and never for one of them alone.
final class ControlLoop {
    private static final Logger LOG = System.getLogger(ControlLoop.class.getName());
    private static final int MOST_FAILURES = 100;
    private static final long NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private final Selector selector;
    private final Methods methods;
    private final Posix posix;
    private final Clients clients;
    private final Events events = new Events(this::wake);
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private volatile boolean stopping;
    private final LongSupplier clock;
    private long now;

    /// @param channel listens; closed by whoever made it, as is `selector`
    /// @param posix used by the control thread alone from here on
    /// @param clock nanoseconds, as `System::nanoTime`
    ControlLoop(
            AFUNIXServerSocketChannel channel,
            Selector selector,
            Methods methods,
            Rights rights,
            Posix posix,
            LongSupplier clock)
            throws IOException {
        this.clock = clock;
        this.now = clock.getAsLong();
        this.selector = selector;
        this.methods = methods;
        this.posix = posix;
        channel.configureBlocking(false);
        clients =
                new Clients(
                        channel, channel.register(selector, SelectionKey.OP_ACCEPT), rights, this);
    }

    /// Serves until [#stop()].
    ///
    /// @throws IllegalStateException where it cannot do so any more
    void run() {
        int failures = 0;
        try {
            while (!stopping && failures < MOST_FAILURES) {
                try {
                    turn();
                    failures = 0;
                } catch (IOException | RuntimeException | Error e) {
                    failures++;
                    LOG.log(Level.ERROR, "control: a turn failed: " + e.getMessage(), e);
                }
            }
        } finally {
            stopping = true;
            clients.close();
            runTasks(); // late answers give back what they bring
        }
        if (failures == MOST_FAILURES) {
            throw new IllegalStateException("the control socket cannot be served any more");
        }
    }

    private void turn() throws IOException {
        long patience = Math.min(clients.expire(), TimeUnit.HOURS.toNanos(1));
        if (patience <= 0 || !tasks.isEmpty() || stopping) {
            selector.selectNow();
        } else {
            selector.select(patience / NANOS_PER_MILLI + 1);
        }
        now = clock.getAsLong();
        // Before the queues are emptied: what comes in after that wakes it again.
        woken.set(false);
        clients.ready();
        runTasks();
        events.deliver(clients.all());
        clients.work();
    }

    private void runTasks() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    /// Has `task` done by the control thread. From any thread.
    void execute(Runnable task) {
        tasks.add(task);
        wake();
    }

    private void wake() {
        if (!stopping && woken.compareAndSet(false, true)) {
            selector.wakeup();
        }
    }

    /// Ends the loop. From any thread; more than once is no error.
    void stop() {
        stopping = true;
        selector.wakeup();
    }

    /// The time of this turn, in the clock's nanoseconds.
    long now() {
        return now;
    }

    Methods methods() {
        return methods;
    }

    Events events() {
        return events;
    }

    Posix posix() {
        return posix;
    }

    Selector selector() {
        return selector;
    }

    Clients clients() {
        return clients;
    }

    /// A descriptor that is closed by this thread.
    Fd descriptor(int number) {
        return new Fd(posix, number);
    }
}
