package switchd.daemon.control;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import switchd.core.HostException;
import switchd.core.SwitchdException;
import switchd.daemon.Daemon;
import switchd.daemon.Reload;

/// The control socket of a daemon, in two steps: it listens before the daemon opens anything, so
/// that a second daemon finds out at once, and serves when the ports are up. Who connects in
/// between waits.
public final class Control implements AutoCloseable {
    private final Path path;
    private final ControlSocket socket;
    private @Nullable ControlServer server;
    private Daemon.@Nullable Subscription subscription;

    private Control(Path path, ControlSocket socket) {
        this.path = path;
        this.socket = socket;
    }

    /// What a daemon does at the request of its clients that takes more than its loop.
    public interface Hooks {
        /// Has the configuration read again, and the daemon go by it. On the control thread; does
        /// not wait for it.
        ///
        /// @param progress is told while it gets on, from any thread; does not block
        /// @return what comes of it
        /// @throws SwitchdException where there is no configuration
        CompletableFuture<Reload.Result> reload(Runnable progress) throws SwitchdException;

        /// Has the daemon end, soon. On the control thread; does not wait for it.
        void stop();
    }

    /// Listens.
    ///
    /// @throws HostException where another daemon listens there, naming its process
    /// @throws SwitchdException where the socket cannot be had; nothing is left behind
    public static Control listen(ControlSpec spec) throws SwitchdException {
        return new Control(spec.socket(), ControlSocket.open(spec));
    }

    /// Serves clients from here on.
    ///
    /// @throws SwitchdException where the kernel refuses
    public void serve(Daemon daemon, Hooks hooks) throws SwitchdException {
        Owners owners = new Owners();
        List<Method<?>> methods =
                Stream.of(
                                new DaemonMethods(daemon, hooks).all(),
                                new NetworkMethods(daemon).all(),
                                new PortMethods(daemon).all(),
                                new DescriptorMethods(daemon).all())
                        .flatMap(List::stream)
                        .toList();
        ControlServer started =
                ControlServer.start(socket, new Methods(methods, owners), System::nanoTime);
        server = started;
        subscription = owners.follow(daemon, started::publish);
    }

    /// Where clients connect.
    public Path path() {
        return path;
    }

    /// Takes leave of all clients and removes the socket, within a bounded time. Closing twice is
    /// no error.
    @Override
    public void close() {
        if (subscription != null) {
            subscription.close();
        }
        if (server != null) {
            server.close();
        } else {
            socket.close();
        }
    }
}
