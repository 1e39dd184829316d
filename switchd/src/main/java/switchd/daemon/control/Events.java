package switchd.daemon.control;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Events on their way from the loop to those who have subscribed: bounded, and whoever offers one
/// never waits. What is lost is counted, and told.
final class Events {
    private static final int CAPACITY = 1024;

    private final BlockingQueue<Event> queue = new ArrayBlockingQueue<>(CAPACITY);
    private final AtomicLong lost = new AtomicLong();
    private final Runnable wakeup;
    private volatile boolean wanted;

    /// @param wakeup has [#deliver] called soon
    Events(Runnable wakeup) {
        this.wakeup = wakeup;
    }

    private record Event(@Nullable Integer owner, Object body) {}

    /// Says whether anybody listens.
    void wanted(boolean wanted) {
        this.wanted = wanted;
    }

    /// From any thread.
    void offer(@Nullable Integer owner, Object body) {
        if (wanted) {
            if (!queue.offer(new Event(owner, body))) {
                lost.incrementAndGet();
            }
            wakeup.run();
        }
    }

    /// On the control thread.
    void deliver(List<Client> clients) {
        for (Event event = queue.poll(); event != null; event = queue.poll()) {
            byte[] line = JsonRpc.notification("event", event.body());
            for (Client client : clients) {
                if (client.isSubscribed() && mayKnow(client, event.owner())) {
                    client.event(line);
                }
            }
        }
        long count = lost.getAndSet(0);
        if (count > 0) {
            byte[] line = JsonRpc.notification("lost", Map.of("events", count));
            for (Client client : clients) {
                if (client.isSubscribed()) {
                    client.event(line);
                }
            }
        }
    }

    private static boolean mayKnow(Client client, @Nullable Integer owner) {
        return client.isAdministrator() || (owner != null && owner == client.peer().uid());
    }
}
