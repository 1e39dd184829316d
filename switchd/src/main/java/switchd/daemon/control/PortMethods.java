package switchd.daemon.control;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import switchd.core.SwitchdException;
import switchd.core.UsageException;
import switchd.daemon.Daemon;
import switchd.daemon.Operations;
import switchd.daemon.Status;
import switchd.daemon.capture.CaptureParams;
import switchd.daemon.capture.CaptureRequest;

/// What concerns ports.
final class PortMethods {
    private final Daemon daemon;

    PortMethods(Daemon daemon) {
        this.daemon = daemon;
    }

    /// The parameters of a method that is about one port.
    ///
    /// @param name the port's
    record OnePort(@Nullable String name) {}

    /// The answer to `port.list`.
    record Ports(String schema, List<Status.PortStatus> ports) {}

    /// The answer of methods that are about one port.
    ///
    /// @param port as it is afterwards; as it was, where it is removed
    /// @param changed false where it was so already
    record Port(String schema, Status.PortStatus port, boolean changed) {}

    /// What is done to a port, on the loop's thread.
    @FunctionalInterface
    private interface Change {
        /// @return false where it was so already
        boolean on(Operations operations, String name) throws SwitchdException;
    }

    List<Method<?>> all() {
        return List.of(
                new Method<>(
                        "port.list",
                        Permission.PORT_OWNERS,
                        Method.NoParams.class,
                        (_, caller) -> daemon.ask(operations -> list(operations, caller))),
                new Method<>(
                        "port.add",
                        Permission.ADMINISTRATORS,
                        NewPort.class,
                        (params, caller) -> add(params.toSpec(caller.peer()))),
                onePort("port.show", Permission.PORT_OWNERS, (_, _) -> false),
                onePort(
                        "port.up",
                        Permission.ADMINISTRATORS,
                        (operations, name) -> operations.setUp(name, true)),
                onePort(
                        "port.down",
                        Permission.ADMINISTRATORS,
                        (operations, name) -> operations.setUp(name, false)),
                onePort("port.detach", Permission.PORT_OWNERS, Operations::detach),
                new Method<>(
                        "port.capture", Permission.PORT_OWNERS, CaptureParams.class, this::capture),
                new Method<>(
                        "port.remove",
                        Permission.ADMINISTRATORS,
                        OnePort.class,
                        (params, _) -> remove(nameIn(params))));
    }

    private Method<OnePort> onePort(String method, Permission permission, Change change) {
        return new Method<>(
                method,
                permission,
                OnePort.class,
                (params, caller) -> change(nameIn(params), caller, change));
    }

    private static String nameIn(OnePort params) {
        return Params.required("name", params.name());
    }

    private static Ports list(Operations operations, Caller caller) throws UsageException {
        return new Ports("switchd.ports/1", View.of(operations.status(), caller).ports());
    }

    private CompletableFuture<Port> change(String name, Caller caller, Change change) {
        return daemon.ask(operations -> {
            Access.check(operations, name, caller);
            boolean changed = change.on(operations, name);
            return port(operations, name, changed);
        });
    }

    private CompletableFuture<Port> add(NewPort.Spec spec) {
        return daemon.ask(operations -> {
            String name = spec.port().name();
            Access.checkNew(operations, name);
            operations.addPort(spec.port(), spec.network());
            return port(operations, name, true);
        });
    }

    private CompletableFuture<Port> remove(String name) {
        return daemon.ask(operations -> {
            Access.find(operations, name);
            Port port = port(operations, name, true);
            operations.removePort(name);
            return port;
        });
    }

    /// Answered with a descriptor from which the frames are read.
    private CompletableFuture<Method.HandOver> capture(CaptureParams params, Caller caller)
            throws SwitchdException {
        String name = Params.required("name", params.name());
        CaptureRequest request = params.request();
        return daemon.ask(operations -> {
            Access.check(operations, name, caller);
            return new Method.HandOver(
                    Map.of("schema", "switchd.portCapture/1", "name", name),
                    operations.capture(name, request));
        });
    }

    private static Port port(Operations operations, String name, boolean changed)
            throws UsageException {
        Status.PortStatus found =
                operations.status().ports().stream()
                        .filter(port -> port.name().equals(name))
                        .findFirst()
                        .orElseThrow(() -> new UsageException("there is no port " + name));
        return new Port("switchd.port/1", found, changed);
    }
}
