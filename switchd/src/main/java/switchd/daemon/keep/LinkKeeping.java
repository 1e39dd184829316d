package switchd.daemon.keep;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import switchd.attach.KeptLinks;
import switchd.attach.LinkStore;
import switchd.attach.keeper.KeeperClient;
import switchd.attach.keeper.KeeperLauncher;
import switchd.core.Kernel;
import switchd.core.SwitchdException;
import switchd.daemon.service.Supervisor;
import switchd.posix.NativePosix;
import switchd.posix.Posix;

/// Keeps the links of attached VMs over a restart of the daemon, however it ends.
///
/// The loop's thread says what is to be kept and never waits; the thread that has opened this,
/// which may, tells the store whenever it is woken, see [#serve].
public final class LinkKeeping implements LinkStore, AutoCloseable {
    private static final Logger LOG = System.getLogger("switchd.daemon");

    /// How long a keeper of our own waits for the next daemon where nobody says, for a service.
    private static final int USUAL_SECONDS = 60;

    private static final long DISMISS_MILLIS = 300;

    /// A store that has been lost is noticed after this.
    private static final long LOOK_MILLIS = 1_000;

    private static final int MOST_WAITING = 1_024;

    private final Arena arena = Arena.ofConfined();
    private final Posix posix = new NativePosix(arena);
    private final @Nullable Store store;
    private final @Nullable Path control;
    private final BlockingQueue<Task> tasks = new ArrayBlockingQueue<>(MOST_WAITING);
    private final Runnable wake;
    private volatile boolean left;
    private boolean complained;

    private LinkKeeping(
            Supervisor manager, @Nullable Path control, @Nullable Integer seconds, Runnable wake) {
        this(store(manager, control, seconds), control, wake);
    }

    /// @param store null where nothing is kept
    LinkKeeping(@Nullable Store store, @Nullable Path control, Runnable wake) {
        this.store = store;
        this.control = control;
        this.wake = wake;
        if (!(store instanceof KeeperStore)) {
            KeeperLauncher.dismiss();
        }
    }

    /// Something to tell the store.
    private interface Task {
        void run(Store store) throws SwitchdException;

        /// It is told, or never will be.
        default void done() {}
    }

    /// A link to be held.
    private record Keep(Posix posix, String name, int copy) implements Task {
        @Override
        public void run(Store store) throws SwitchdException {
            store.keep(name, copy);
        }

        @Override
        public void done() {
            posix.close(copy);
        }
    }

    /// Finds the store that goes with whoever started this process.
    ///
    /// @param control path of the control socket, beside which a keeper of our own listens; null
    ///   where there is none
    /// @param seconds how long such a keeper waits for the next daemon; 0 for no keeping at all,
    ///   null where nobody says
    /// @param wake has this thread call [#serve] soon; called by any thread, must not block
    public static LinkKeeping open(
            Supervisor manager, @Nullable Path control, @Nullable Integer seconds, Runnable wake) {
        return new LinkKeeping(manager, control, seconds, wake);
    }

    private static @Nullable Store store(
            Supervisor manager, @Nullable Path control, @Nullable Integer seconds) {
        if (seconds != null && seconds == 0) {
            return null;
        }
        if (manager.holds()) {
            return new ManagerStore(manager);
        }
        boolean ofLaunchd =
                Kernel.current() == Kernel.DARWIN && !manager.controlSockets().isEmpty();
        if (control == null || (seconds == null && !ofLaunchd)) {
            return null;
        }
        int wait = seconds == null ? USUAL_SECONDS : seconds;
        return new KeeperStore(new KeeperClient(KeeperClient.beside(control.toString()), wait));
    }

    /// What a daemon before this one has left. Once.
    public KeptLinks takeBack() {
        try {
            return store == null ? takeFromKeeper() : new KeptLinks(this, store.takeBack());
        } catch (SwitchdException e) {
            LOG.log(Level.WARNING, "VMs have to attach again: " + e.getMessage());
            return new KeptLinks(this, List.of());
        }
    }

    /// VMs of a daemon that has kept their links go on with one that does not, as long as it runs:
    /// a keeper that is still there is not needed any more.
    private KeptLinks takeFromKeeper() throws SwitchdException {
        if (control == null) {
            return KeptLinks.none();
        }
        try (KeeperClient last = new KeeperClient(KeeperClient.beside(control.toString()), 0)) {
            List<KeptLinks.Kept> kept = last.takeBack();
            if (!kept.isEmpty()) {
                LOG.log(
                        Level.INFO,
                        "VMs of the daemon before go on; they will not outlive the next restart:"
                                + " give --keep-sockets where they should");
            }
            try {
                last.dismiss();
            } catch (SwitchdException e) {
                LOG.log(Level.DEBUG, "the keeper has ended by itself", e);
            }
            return new KeptLinks(LinkStore.NONE, kept);
        }
    }

    @Override
    public boolean isOn() {
        return store != null && !left;
    }

    @Override
    public boolean keep(String name, int copy) {
        boolean taken = isOn() && offer(new Keep(posix, name, copy));
        if (!taken) {
            LOG.log(Level.WARNING, "the link " + name + " will not outlive a restart");
        }
        return taken;
    }

    @Override
    public void forget(String name) {
        if (isOn()) {
            offer(to -> to.forget(name));
        }
    }

    private boolean offer(Task task) {
        boolean taken = tasks.offer(task);
        wake.run();
        return taken;
    }

    /// What is held from here on stays held, though its ports are closed. From any thread.
    @Override
    public void leave() {
        left = true;
    }

    /// No daemon is to come back: nothing is held any more. From any thread but the one that
    /// serves; waits for it for a bounded time.
    public void dismiss() {
        if (store == null) {
            return;
        }
        leave();
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        boolean asked =
                offer(to -> {
                    to.dismiss();
                    done.complete(true);
                });
        try {
            if (asked) {
                done.get(DISMISS_MILLIS, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException _) {
            LOG.log(
                    Level.WARNING,
                    "VMs' sockets are held for a while, as the store does not answer");
        }
    }

    /// Tells the store what there is to tell. By the thread that opened this, when it is woken and
    /// after [#pauseMillis] at the latest.
    public void serve() {
        if (store == null) {
            return;
        }
        for (Task task = tasks.peek(); task != null; task = tasks.peek()) {
            boolean told = tell(task);
            if (!told && store.takesLater()) {
                return;
            }
            tasks.poll();
            task.done();
            complained = !told;
        }
        tell(Store::restore);
    }

    private boolean tell(Task task) {
        try {
            task.run(Objects.requireNonNull(store));
            return true;
        } catch (SwitchdException e) {
            if (!complained) {
                complained = true;
                LOG.log(Level.WARNING, "VMs will not outlive a restart: " + e.getMessage());
            }
            return false;
        }
    }

    /// How long [#serve] may be put off where nobody wakes its thread.
    public long pauseMillis() {
        boolean waits = store instanceof KeeperStore || !tasks.isEmpty();
        return waits ? LOOK_MILLIS : Long.MAX_VALUE;
    }

    /// What is held stays held. Closing twice is no error.
    @Override
    public void close() {
        leave();
        if (store != null) {
            store.close();
        }
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
