package switchd.daemon.service;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.launchd.ActivatedSockets;
import switchd.launchd.ControlSocket;
import switchd.launchd.Environment;
import switchd.launchd.NativeLaunch;
import switchd.launchd.ServiceManager;
import switchd.launchd.Watchdog;
import switchd.posix.NativePosix;

/// The service manager that started this process, where one did: gives sockets that it opened, and
/// is told how the daemon is. Where none did, there are no sockets and nobody is told. For any
/// thread.
public final class Supervisor implements AutoCloseable {
    private static final Logger LOG = System.getLogger("switchd.service");

    /// Held while a message is under way, which takes as long as the manager does, for a bounded
    /// time.
    private final Lock telling = new ReentrantLock();

    private final Arena arena;
    private final ServiceManager manager;
    private final List<Integer> sockets;
    private final List<ActivatedSockets.Held> held;

    private Supervisor(Arena arena) throws SwitchdException {
        this.arena = arena;
        NativePosix posix = new NativePosix(arena);
        NativeLaunch calls = new NativeLaunch(arena);
        Environment environment = new Environment(calls, System.getenv());
        ActivatedSockets passed = new ActivatedSockets(posix, calls);
        long pid = ProcessHandle.current().pid();
        sockets = passed.take(ControlSocket.NAME, environment, pid);
        held = passed.held();
        manager = manager(posix, environment, pid);
    }

    /// A daemon that cannot tell goes on all the same.
    private static ServiceManager manager(NativePosix posix, Environment environment, long pid) {
        try {
            return ServiceManager.open(posix, environment, pid);
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

    /// What it has held for the daemon while none ran; the descriptors belong to the caller.
    public List<ActivatedSockets.Held> held() {
        return held;
    }

    /// True where it holds descriptors, as systemd does.
    public boolean holds() {
        return manager.isTold();
    }

    /// Has it hold a copy of a descriptor while no daemon runs.
    ///
    /// @throws SyscallException where it takes no message
    public void hold(String name, int descriptor) throws SyscallException {
        tell(() -> manager.store(name, descriptor));
    }

    /// Has it close the copies of that name.
    ///
    /// @throws SyscallException where it takes no message
    public void release(String name) throws SyscallException {
        tell(() -> manager.remove(name));
    }

    /// The daemon serves, from the start on or after [#reloading].
    ///
    /// @param status a line for people
    public void ready(String status) {
        report(() -> manager.ready(status));
    }

    /// The daemon takes a new configuration; [#ready] follows.
    public void reloading() {
        report(manager::reloading);
    }

    /// What is to be told to the manager by the thread that moves frames, for as long as it does;
    /// null where the manager did not ask.
    public @Nullable Watchdog watchdog() {
        return manager.watchdog();
    }

    /// The daemon is about to end. Never waits: a manager that does not listen is not told.
    public void stopping() {
        if (telling.tryLock()) {
            try {
                manager.stopping();
            } catch (SyscallException e) {
                LOG.log(Level.DEBUG, "the service manager does not hear of the end", e);
            } finally {
                telling.unlock();
            }
        }
    }

    /// Something to be told.
    @FunctionalInterface
    private interface Message {
        void send() throws SyscallException;
    }

    private void report(Message message) {
        try {
            tell(message);
        } catch (SyscallException e) {
            LOG.log(Level.WARNING, "the service manager is not told: " + e.getMessage());
        }
    }

    private void tell(Message message) throws SyscallException {
        telling.lock();
        try {
            message.send();
        } finally {
            telling.unlock();
        }
    }

    /// Tells no more.
    @Override
    public void close() {
        report(() -> {
            manager.close();
            if (arena.scope().isAlive()) {
                arena.close();
            }
        });
    }
}
