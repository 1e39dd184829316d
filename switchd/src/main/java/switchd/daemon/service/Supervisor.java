package switchd.daemon.service;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.util.List;
import switchd.core.SwitchdException;
import switchd.launchd.ActivatedSockets;
import switchd.launchd.ControlSocket;
import switchd.launchd.Environment;
import switchd.launchd.NativeLaunch;
import switchd.launchd.ServiceManager;
import switchd.posix.NativePosix;

/// The service manager that started this process, where one did: gives sockets that it opened, and
/// is told how the daemon is. Where none did, there are no sockets and nobody is told. For any
/// thread.
public final class Supervisor implements AutoCloseable {
    private static final Logger LOG = System.getLogger("switchd.service");

    private final Arena arena;
    private final ServiceManager manager;
    private final List<Integer> sockets;

    private Supervisor(Arena arena) throws SwitchdException {
        this.arena = arena;
        NativePosix posix = new NativePosix(arena);
        NativeLaunch calls = new NativeLaunch(arena);
        Environment environment = new Environment(calls, System.getenv());
        sockets =
                new ActivatedSockets(posix, calls)
                        .take(ControlSocket.NAME, environment, ProcessHandle.current().pid());
        manager = manager(posix, environment);
    }

    /// A daemon that cannot tell goes on all the same.
    private static ServiceManager manager(NativePosix posix, Environment environment) {
        try {
            return ServiceManager.open(posix, environment);
        } catch (SwitchdException e) {
            LOG.log(Level.WARNING, "the service manager is not told: " + e.getMessage());
            return ServiceManager.none(posix);
        }
    }

    /// Takes what the manager passes on. Once a process: the second time there is nothing.
    ///
    /// @throws SwitchdException where the sockets it passes on make no sense
    public static Supervisor open() throws SwitchdException {
        Arena arena = Arena.ofShared();
        try {
            return new Supervisor(arena);
        } catch (SwitchdException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    /// The control sockets that it listens on, by descriptor; they belong to the caller.
    public List<Integer> controlSockets() {
        return sockets;
    }

    /// The daemon serves, from the start on or after [#reloading].
    ///
    /// @param status a line for people
    public synchronized void ready(String status) {
        manager.ready(status);
    }

    /// The daemon takes a new configuration; [#ready] follows.
    public synchronized void reloading() {
        manager.reloading();
    }

    /// The daemon is about to end.
    public synchronized void stopping() {
        manager.stopping();
    }

    /// Tells no more.
    @Override
    public synchronized void close() {
        manager.close();
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
