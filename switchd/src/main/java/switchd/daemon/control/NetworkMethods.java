package switchd.daemon.control;

import java.util.List;
import switchd.daemon.Daemon;
import switchd.daemon.Status;

/// What concerns networks.
final class NetworkMethods {
    private final Daemon daemon;

    NetworkMethods(Daemon daemon) {
        this.daemon = daemon;
    }

    /// The answer to `network.list`.
    record Networks(String schema, List<Status.NetworkStatus> networks) {}

    List<Method<?>> all() {
        return List.of(
                new Method<>(
                        "network.list",
                        Permission.PORT_OWNERS,
                        Method.NoParams.class,
                        (_, caller) ->
                                daemon.ask(operations ->
                                        new Networks(
                                                "switchd.networks/1",
                                                View.of(operations.status(), caller).networks()))));
    }
}
