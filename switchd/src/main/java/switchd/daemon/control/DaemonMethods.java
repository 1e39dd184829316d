package switchd.daemon.control;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import switchd.core.SwitchdException;
import switchd.daemon.Daemon;
import switchd.daemon.Reload;
import switchd.daemon.Status;
import switchd.daemon.metrics.MetricsText;

/// What concerns the daemon as a whole.
final class DaemonMethods {
    private final Daemon daemon;
    private final Control.Hooks hooks;

    DaemonMethods(Daemon daemon, Control.Hooks hooks) {
        this.daemon = daemon;
        this.hooks = hooks;
    }

    List<Method<?>> all() {
        return List.of(
                new Method<>(
                        "daemon.status",
                        Permission.PORT_OWNERS,
                        Method.NoParams.class,
                        (_, caller) ->
                                daemon.ask(operations -> View.of(operations.status(), caller))),
                new Method<>(
                        "metrics",
                        Permission.PORT_OWNERS,
                        Method.NoParams.class,
                        (_, caller) ->
                                daemon.ask(operations ->
                                        new Metrics(View.of(operations.status(), caller)))),
                new Method<>(
                        "daemon.reload",
                        Permission.ADMINISTRATORS,
                        Method.NoParams.class,
                        (_, caller) -> reload(caller)),
                new Method<>(
                        "daemon.stop",
                        Permission.ADMINISTRATORS,
                        Method.NoParams.class,
                        (_, _) -> CompletableFuture.completedFuture(stop())),
                new Method<>(
                        "events.subscribe",
                        Permission.PORT_OWNERS,
                        Method.NoParams.class,
                        (_, caller) -> subscribe(caller)));
    }

    /// What the daemon counts. The text is made when the answer is, not by the loop's thread.
    ///
    /// @param status that it is made of
    record Metrics(@JsonIgnore Status status) {
        @JsonProperty
        String schema() {
            return "switchd.metrics/1";
        }

        @JsonProperty
        String text() {
            return MetricsText.of(status);
        }
    }

    /// What has come of a reload.
    record Reloaded(
            String schema, Reload.Names networks, Reload.Names ports, List<String> notices) {
        private static Reloaded of(Reload.Result result) {
            return new Reloaded(
                    "switchd.reload/1", result.networks(), result.ports(), result.notices());
        }
    }

    private CompletableFuture<Reloaded> reload(Caller caller) throws SwitchdException {
        return hooks.reload(caller.progress()).thenApply(Reloaded::of);
    }

    private Method.Then stop() {
        long pid = ProcessHandle.current().pid();
        return new Method.Then(Map.of("schema", "switchd.stop/1", "pid", pid), hooks::stop);
    }

    private CompletableFuture<Method.Subscribed> subscribe(Caller caller) {
        caller.subscribe();
        return CompletableFuture.completedFuture(
                new Method.Subscribed(
                        Map.of("schema", "switchd.subscription/1"), daemon.started()));
    }
}
