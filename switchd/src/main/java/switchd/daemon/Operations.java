package switchd.daemon;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import switchd.attach.KeptLinks;
import switchd.core.EventLoop;
import switchd.core.HostException;
import switchd.core.SwitchdException;
import switchd.core.UsageException;
import switchd.daemon.capture.CaptureRequest;
import switchd.posix.Fd;
import switchd.posix.Posix;

/// What can be done with a daemon while it runs. On the loop's thread alone, but for [#subscribe].
public final class Operations {
    private final EventLoop loop;
    private final InstantSource clock = InstantSource.system();
    private final Instant started = clock.instant();
    private final long startedNanos;
    private final List<Consumer<DaemonEvent>> listeners = new CopyOnWriteArrayList<>();
    private final Switchboard board;
    private DaemonSpec spec;

    /// Of a reload; null where there is none.
    private @Nullable Steps underWay;

    private Operations(LoopThread.Context context, DaemonSpec spec, KeptLinks kept) {
        this.loop = context.loop();
        this.startedNanos = loop.time();
        this.spec = spec;
        this.board = new Switchboard(context, clock, kept, this::tell);
    }

    /// Opens all networks and ports.
    ///
    /// @param kept links that a daemon before this one has left
    /// @throws SwitchdException where one of them cannot be had; nothing is left behind
    static Operations open(
            LoopThread.Context context,
            DaemonSpec spec,
            KeptLinks kept,
            Consumer<DaemonEvent> events)
            throws SwitchdException {
        Operations operations = new Operations(context, spec, kept);
        operations.listeners.add(events);
        operations.tell(operations.started());
        try {
            for (NetworkSpec network : spec.networks()) {
                operations.refuseDuringStop();
                operations.board.networks().open(network);
            }
            for (PortSpec port : spec.ports()) {
                operations.refuseDuringStop();
                operations.board.open(port);
            }
            operations.board.dropKept();
            context.loop().measureAnew(); // no frame has waited for this
            new StandStill(operations.loop, operations.clock, operations::tell).begin();
        } catch (SwitchdException | RuntimeException e) {
            operations.board.close();
            throw e;
        }
        return operations;
    }

    private void refuseDuringStop() throws HostException {
        if (loop.isStopping()) {
            throw new HostException("the daemon was stopped before it had started");
        }
    }

    /// The daemon's first event. From any thread.
    DaemonEvent started() {
        return DaemonEvent.started(started);
    }

    private void tell(DaemonEvent event) {
        for (Consumer<DaemonEvent> listener : listeners) {
            listener.accept(event);
        }
    }

    /// As [Daemon#subscribe].
    Daemon.Subscription subscribe(Consumer<DaemonEvent> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /// What the daemon is and does now.
    ///
    /// @throws UsageException never in practice
    public Status status() throws UsageException {
        return new Status(
                Status.SCHEMA,
                DaemonReport.of(started, loop.time() - startedNanos, loop.longestTurn()),
                board.networks().status(),
                board.portStatus());
    }

    /// Opens one more port.
    ///
    /// @param network opened first where the daemon has none of that name, and closed with the last
    ///   port on it; null where the port's network is there
    /// @throws SwitchdException where it cannot be had; nothing is left behind
    public void addPort(PortSpec port, @Nullable NetworkSpec network) throws SwitchdException {
        port.validated();
        refuseDuringReload();
        boolean fresh = network != null && board.networks().openImplied(network.validated());
        try {
            board.open(port);
        } catch (SwitchdException | RuntimeException e) {
            if (fresh && network != null) {
                board.removeNetwork(network.name());
            }
            throw e;
        }
        tellPort("portAdded", port.name(), "added, on network " + port.network());
    }

    /// Removes a port; its VM is detached.
    ///
    /// @throws SwitchdException where there is none of that name
    public void removePort(String name) throws SwitchdException {
        refuseDuringReload();
        board.removePort(name);
        tellPort("portRemoved", name, "removed");
    }

    /// Switches a port on or off.
    ///
    /// @return false where it was in that state already
    /// @throws SwitchdException where there is none of that name, or it cannot be had
    public boolean setUp(String name, boolean up) throws SwitchdException {
        refuseDuringReload();
        boolean changed = board.setUp(name, up);
        if (changed) {
            tellPort(up ? "portUp" : "portDown", name, up ? "switched on" : "switched off");
        }
        return changed;
    }

    /// Takes a port's VM away; the port waits for the next one.
    ///
    /// @return false where there was none
    /// @throws UsageException where there is no such port
    public boolean detach(String name) throws UsageException {
        return board.detach(name);
    }

    /// Attaches the VM that gets the descriptor, one end of a connected datagram socket.
    ///
    /// @param pid who gets it; 0 where that is not known
    /// @param caller closes it: belongs to the thread that hands it over, and closes the descriptor
    ///   when that is done
    /// @throws SwitchdException where there is no such port, it is switched off or has a VM
    ///   already, or the kernel refuses
    public Fd descriptor(String name, int pid, Posix caller) throws SwitchdException {
        RunningPort running = board.port(name).running();
        if (running == null) {
            throw new UsageException("port " + name + " is switched off: switchd port up " + name);
        }
        return running.handOver(pid, caller);
    }

    /// User to whom a port's sockets belong.
    ///
    /// @throws UsageException where there is no such port
    public int ownerOf(String name) throws UsageException {
        return board.port(name).owner().uid();
    }

    /// Starts a capture of a port's frames: a stream of records, as
    /// [switchd.daemon.capture.CaptureRecord] has them. It ends with the port, or when its
    /// descriptor is closed.
    ///
    /// @return number of the descriptor that they are read from; the caller's
    /// @throws SwitchdException where there is no such port, it is down, or no capture can be had
    public int capture(String name, CaptureRequest request) throws SwitchdException {
        return board.capture(name, request);
    }

    /// As [Daemon#reload], step by step, so that the frames of other ports pass in between.
    ///
    /// @param progress is told after each step; must not block
    /// @return what comes of it
    /// @throws SwitchdException where it is refused at once: nothing has changed
    public CompletableFuture<Reload.Result> reload(DaemonSpec wanted, Runnable progress)
            throws SwitchdException {
        refuseDuringReload();
        Steps steps = new Steps(loop, progress);
        Reload reload;
        try {
            reload = new Reload(board, spec, wanted.validated());
            reload.plan(steps);
        } catch (SwitchdException | RuntimeException e) {
            reloadFailed(String.valueOf(e.getMessage()));
            throw e;
        }
        underWay = steps;
        board.holdNetworks(true);
        return steps.begin().handle((_, failure) -> ended(reload, wanted, failure));
    }

    private Reload.Result ended(Reload reload, DaemonSpec wanted, @Nullable Throwable failure) {
        underWay = null;
        board.holdNetworks(false);
        if (failure != null) {
            prune();
            throw new CompletionException(undone(reload, failure));
        }
        Reload.Result result = reload.result();
        prune();
        spec = wanted;
        tellReload(result);
        return result;
    }

    /// @return what is to be answered
    private Throwable undone(Reload reload, Throwable failure) {
        String why = String.valueOf(failure.getMessage());
        if (reload.bereft().isEmpty() && failure.getSuppressed().length == 0) {
            reloadFailed(why);
            return failure;
        }
        StringBuilder text = new StringBuilder("the new configuration is not in force: " + why);
        for (Throwable lost : failure.getSuppressed()) {
            text.append(": not put back: ").append(lost.getMessage());
        }
        if (!reload.bereft().isEmpty()) {
            text.append(": detached, and have to attach again: the VMs of ")
                    .append(String.join(", ", reload.bereft()));
        }
        tellDaemon("reloadFailed", true, text.toString());
        return failure instanceof SwitchdException ? new HostException(text.toString()) : failure;
    }

    private void prune() {
        try {
            board.prune();
        } catch (SwitchdException e) {
            tellDaemon("reloadFailed", true, "not removed: " + e.getMessage());
        }
    }

    private void refuseDuringReload() throws HostException {
        if (underWay != null) {
            throw new HostException("a reload is under way: try again when it is done");
        }
    }

    /// Tells that a reload was asked for and nothing has changed.
    ///
    /// @param why a line for each thing that is wrong
    public void reloadFailed(String why) {
        tellDaemon("reloadFailed", true, "nothing is changed: " + why);
    }

    private void tellReload(Reload.Result result) {
        result.ports().removed().forEach(name -> tellPort("portRemoved", name, "removed"));
        result.ports().changed().forEach(name -> tellPort("portChanged", name, "opened anew"));
        result.ports()
                .adjusted()
                .forEach(name -> tellPort("portChanged", name, "other guards hold"));
        result.ports().added().forEach(name -> tellPort("portAdded", name, "added"));
        tellDaemon("reloaded", false, "the configuration is in force");
    }

    private void tellDaemon(String event, boolean warning, String text) {
        tell(DaemonEvent.ofDaemon(clock.instant(), event, warning, text));
    }

    private void tellPort(String event, String port, String text) {
        tell(DaemonEvent.ofPort(clock.instant(), event, port, text));
    }

    /// What has gone through each port so far.
    public List<Daemon.Traffic> traffic() {
        return board.traffic();
    }

    /// What an operator should know of the networks, a sentence each.
    public List<String> notices() {
        return board.networks().notices();
    }

    /// Closes everything. Closing twice is no error.
    void close() {
        Steps left = underWay;
        if (left != null) {
            left.abandon(new HostException("the daemon is being stopped"));
        }
        board.close();
    }
}
