package switchd.daemon;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import switchd.attach.KeptLinks;
import switchd.core.Counters;
import switchd.core.SwitchdException;
import switchd.daemon.host.Hosts;
import switchd.posix.Posix;

/// The daemon: networks, their ports, and the thread that moves their frames.
///
/// Methods may be called from any thread; what they ask for is done by the loop's thread, and they
/// wait for it, but for [#ask], which gives a future.
public final class Daemon implements AutoCloseable {
    private final LoopThread thread;
    private final Operations operations;

    private Daemon(LoopThread thread, Operations operations) {
        this.thread = thread;
        this.operations = operations;
    }

    /// What has gone through a port.
    ///
    /// @param name the port's
    /// @param toLan what its VM has sent
    /// @param toVm what its VM has been sent
    public record Traffic(String name, Counters toLan, Counters toVm) {}

    /// Starts the loop's thread and opens networks and ports; they are up when this returns.
    ///
    /// @param events hears what happens, on the loop's thread; must not block
    /// @throws SwitchdException where something cannot be had, with the cure; nothing is left
    ///   behind
    public static Daemon start(DaemonSpec spec, Consumer<DaemonEvent> events)
            throws SwitchdException {
        return start(spec, KeptLinks.none(), events);
    }

    /// As [#start(DaemonSpec, Consumer)], after a daemon that has left links of VMs.
    ///
    /// @param kept those of ports that there still are go on before anybody else can attach there,
    ///   the others are closed
    public static Daemon start(DaemonSpec spec, KeptLinks kept, Consumer<DaemonEvent> events)
            throws SwitchdException {
        return start(spec, arena -> Hosts.open(arena, spec.writer()), kept, events);
    }

    /// As [#start(DaemonSpec, Consumer)], on a given host.
    public static Daemon start(
            DaemonSpec spec, LoopThread.HostOpener host, Consumer<DaemonEvent> events)
            throws SwitchdException {
        return start(spec, host, KeptLinks.none(), events);
    }

    /// As [#start(DaemonSpec, KeptLinks, Consumer)], on a given host.
    public static Daemon start(
            DaemonSpec spec,
            LoopThread.HostOpener host,
            KeptLinks kept,
            Consumer<DaemonEvent> events)
            throws SwitchdException {
        DaemonSpec checked = spec.validated();
        LoopThread thread = LoopThread.start("switchd-loop", host);
        try {
            Operations operations =
                    thread.ask(() -> Operations.open(thread.context(), checked, kept, events));
            thread.atEnd(operations::close);
            Daemon daemon = new Daemon(thread, operations);
            HeapRoom room = new HeapRoom(HeapRoom.Jvm.HEAP);
            daemon.every(HeapRoom.PERIOD, _ -> room.look());
            return daemon;
        } catch (SwitchdException | RuntimeException e) {
            thread.stop();
            throw e;
        }
    }

    /// Has `listener` hear of what happens from here on, on the loop's thread; it must not block.
    ///
    /// @return ends that
    public Subscription subscribe(Consumer<DaemonEvent> listener) {
        return operations.subscribe(listener);
    }

    /// The daemon's first event, for those who have come later.
    public DaemonEvent started() {
        return operations.started();
    }

    /// Hears of events until it is closed.
    @FunctionalInterface
    public interface Subscription extends AutoCloseable {
        @Override
        void close();
    }

    /// Work on the loop's thread.
    ///
    /// @param <T> what comes of it
    @FunctionalInterface
    public interface Work<T extends @Nullable Object> {
        /// Does it.
        ///
        /// @throws SwitchdException where it cannot be done
        T on(Operations operations) throws SwitchdException;
    }

    /// Has something done by the loop's thread.
    ///
    /// @return what comes of it, or the [SwitchdException] that says why not; rejected where the
    ///   daemon has ended
    public <T extends @Nullable Object> CompletableFuture<T> ask(Work<T> work) {
        return thread.loop().call(() -> work.on(operations));
    }

    /// What the daemon is and does now.
    ///
    /// @throws SwitchdException never in practice; declared as every question to the loop
    public Status status() throws SwitchdException {
        return thread.ask(operations::status);
    }

    /// What has gone through each port so far.
    ///
    /// @throws SwitchdException never in practice; declared as every question to the loop
    public List<Traffic> traffic() throws SwitchdException {
        return thread.ask(operations::traffic);
    }

    /// What an operator should know of the networks, a sentence each.
    ///
    /// @throws SwitchdException never in practice; declared as every question to the loop
    public List<String> notices() throws SwitchdException {
        return thread.ask(operations::notices);
    }

    /// Opens one more port while the others go on.
    ///
    /// @throws SwitchdException where it cannot be had; nothing is left behind
    public void addPort(PortSpec port) throws SwitchdException {
        thread.ask(() -> {
            operations.addPort(port, null);
            return true;
        });
    }

    /// Removes a port while the others go on.
    ///
    /// @throws SwitchdException where there is none of that name
    public void removePort(String name) throws SwitchdException {
        thread.ask(() -> {
            operations.removePort(name);
            return true;
        });
    }

    /// Goes from what the daemon was told to do to what it is told now. What is the same goes on
    /// undisturbed, and has its frames meanwhile; where something cannot be had, everything is put
    /// back as it was. Takes as long as it takes.
    ///
    /// @param progress is told after each step, on the loop's thread; must not block
    /// @throws SwitchdException why it was not done, and whose VMs have to attach again
    @SuppressWarnings("FutureReturnValueIgnored") // it is waited for
    public Reload.Result reload(DaemonSpec wanted, Runnable progress) throws SwitchdException {
        AtomicInteger steps = new AtomicInteger();
        Runnable counted =
                () -> {
                    steps.incrementAndGet();
                    progress.run();
                };
        return LoopThread.answer(
                ask(operations -> operations.reload(wanted, counted)).thenCompose(done -> done),
                steps::get);
    }

    /// Tells that a reload was asked for and nothing has changed.
    ///
    /// @param why a line for each thing that is wrong
    public void reloadFailed(String why) {
        thread.loop().execute(() -> operations.reloadFailed(why));
    }

    /// Has `work` done by the loop's thread at once and then again and again, as long as the loop
    /// goes on.
    ///
    /// @param nanos from one time to the next
    /// @param work gets the thread's calls; must not block
    public void every(long nanos, Consumer<Posix> work) {
        LoopThread.Context context = thread.context();
        Posix posix = context.host().posix();
        Repeated repeated = new Repeated(context.loop(), nanos, () -> work.accept(posix));
        try {
            context.loop().execute(repeated::begin);
        } catch (RejectedExecutionException _) {
            // It has ended already.
        }
    }

    /// Completed when the loop has ended, by [#close()] or by a failure.
    public CompletableFuture<Void> ended() {
        return thread.ended();
    }

    /// Waits until the loop has ended, by [#close()] or by a failure.
    ///
    /// @throws InterruptedException where the waiting thread is interrupted
    public void awaitEnd() throws InterruptedException {
        thread.awaitEnd();
    }

    /// Removes ports and networks and ends the loop, within two seconds whatever hangs. Closing
    /// twice is no error.
    @Override
    public void close() {
        try {
            thread.loop().execute(operations::close);
        } catch (RejectedExecutionException _) {
            return; // it has ended already
        }
        thread.stop();
    }
}
