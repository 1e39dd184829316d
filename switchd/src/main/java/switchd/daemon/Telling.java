package switchd.daemon;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import switchd.core.EventLoop;

/// Tells events of all loops to those who listen, on the first loop's thread and in one order.
final class Telling {
    /// Of which the first loop has not heard yet; what happens while it stands still for longer is
    /// not told.
    private static final int MOST_UNTOLD = 1_024;

    private final Thread thread = Thread.currentThread();
    private final EventLoop loop;
    private final Queue<DaemonEvent> untold = new ArrayBlockingQueue<>(MOST_UNTOLD);
    private final List<Consumer<DaemonEvent>> listeners = new CopyOnWriteArrayList<>();

    /// @param loop the first one; this is its thread
    Telling(EventLoop loop) {
        this.loop = loop;
    }

    /// As [Daemon#subscribe].
    Daemon.Subscription subscribe(Consumer<DaemonEvent> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /// From any loop's thread. Never waits.
    void tell(DaemonEvent event) {
        boolean _ = untold.offer(event);
        if (thread.equals(Thread.currentThread())) {
            tellAll();
            return;
        }
        try {
            loop.execute(this::tellAll);
        } catch (RejectedExecutionException _) {
            // It has ended: nobody is there to hear of it.
        }
    }

    private void tellAll() {
        for (DaemonEvent next = untold.poll(); next != null; next = untold.poll()) {
            for (Consumer<DaemonEvent> listener : listeners) {
                listener.accept(next);
            }
        }
    }
}
