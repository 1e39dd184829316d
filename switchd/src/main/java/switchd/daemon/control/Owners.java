package switchd.daemon.control;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import switchd.core.UsageException;
import switchd.daemon.Daemon;
import switchd.daemon.DaemonEvent;
import switchd.daemon.Operations;
import switchd.daemon.Status;

/// Whose the ports are, kept by the daemon's events: written by the loop's thread, read by the
/// control thread.
final class Owners implements Methods.Ownership {
    private final Map<String, Integer> owners = new ConcurrentHashMap<>();

    /// Learns of all ports, and hears of changes from here on.
    ///
    /// @param events gets each event, with the owner of its port where it has one; on the loop's
    ///   thread
    /// @return ends that
    Daemon.Subscription follow(Daemon daemon, BiConsumer<@Nullable Integer, DaemonEvent> events) {
        // In one task of the loop: nothing can happen in between.
        return daemon.ask(
                        operations -> {
                            for (Status.PortStatus port : operations.status().ports()) {
                                owners.put(port.name(), (int) port.owner());
                            }
                            return daemon.subscribe(
                                    event -> events.accept(ownerOf(event, operations), event));
                        })
                .join();
    }

    private @Nullable Integer ownerOf(DaemonEvent event, Operations operations) {
        String port = event.port();
        if (port == null) {
            return null;
        }
        try {
            int owner = operations.ownerOf(port);
            owners.put(port, owner);
            return owner;
        } catch (UsageException _) {
            // It is gone, or closed for a moment: its owner is told.
            return event.event().equals("portRemoved") ? owners.remove(port) : owners.get(port);
        }
    }

    @Override
    public boolean ownsOne(int uid) {
        return owners.containsValue(uid);
    }
}
