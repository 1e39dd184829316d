package switchd.daemon;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import switchd.attach.KeptLinks;
import switchd.core.EventLoop;
import switchd.core.HostException;
import switchd.core.PortEvent;
import switchd.core.SwitchdException;
import switchd.core.Undo;
import switchd.daemon.capture.CaptureRequest;
import switchd.daemon.capture.Captures;
import switchd.posix.Owner;
import switchd.posix.PosixHost;

/// The networks and ports of one loop. A network is on one loop, and all its ports with it: a frame
/// from VM to VM stays on one thread.
///
/// Whatever is here is used by the loop's thread alone. The first loop's thread decides what comes
/// and goes on all of them: it has the others do it and waits for them; none of them waits for it.
final class Shard {
    private final Thread thread = Thread.currentThread();
    private final PosixHost host;
    private final EventLoop loop;
    private final InstantSource clock;
    private final Told told;
    private final RunningPort.Surroundings around;
    private final Sampling sampling;
    private final Captures captures;
    private final List<RunningNetwork> networks = new ArrayList<>();
    private final List<RunningPort> ports = new ArrayList<>();

    /// On the loop's thread.
    ///
    /// @param clock of events
    /// @param kept links that a daemon before this one has left
    /// @param capturing how many captures all loops have
    /// @param told hears what happens, on this thread; must not block
    Shard(
            LoopThread.Context context,
            InstantSource clock,
            KeptLinks kept,
            AtomicInteger capturing,
            Told told) {
        this.host = context.host();
        this.loop = context.loop();
        this.clock = clock;
        this.told = told;
        this.around = new RunningPort.Surroundings(host, loop, this::portEvent, kept);
        this.sampling = new Sampling(loop, ports);
        this.captures = new Captures(host.posix(), loop, System::nanoTime, capturing);
    }

    /// Who hears what happens on a loop.
    ///
    /// @param events what there is to tell
    /// @param deserted gets a port that goes with its VM, when that is gone
    record Told(Consumer<DaemonEvent> events, Consumer<RunningPort> deserted) {}

    /// Something for the loop's thread to do.
    ///
    /// @param <T> what comes of it
    @FunctionalInterface
    interface Work<T> {
        /// Does it.
        ///
        /// @throws SwitchdException where it cannot be done
        T run() throws SwitchdException;
    }

    /// The name of the loop's thread.
    String name() {
        return thread.getName();
    }

    EventLoop loop() {
        return loop;
    }

    PosixHost host() {
        return host;
    }

    /// True on the loop's own thread. From any thread.
    boolean isHere() {
        return thread.equals(Thread.currentThread());
    }

    /// Has something done by the loop's thread, and waits for it. From that thread and the first
    /// loop's.
    ///
    /// @throws SwitchdException as `work` does, or where the loop has ended
    <T> T ask(Work<T> work) throws SwitchdException {
        return isHere() ? work.run() : LoopThread.await(begin(work::run));
    }

    /// As [#ask], without an answer.
    void run(Undo.Step step) throws SwitchdException {
        ask(() -> {
            step.run();
            return true;
        });
    }

    /// Has something done by the loop's thread, and does not wait where that is another one.
    ///
    /// @throws HostException where the loop has ended
    <T> CompletableFuture<T> begin(Callable<T> work) throws HostException {
        try {
            return loop.call(work);
        } catch (RejectedExecutionException _) {
            throw new HostException(name() + " has ended: the daemon is being stopped");
        }
    }

    /// Opens a network here.
    ///
    /// @throws SwitchdException where it cannot be had; nothing is left behind
    RunningNetwork open(NetworkSpec spec) throws SwitchdException {
        return ask(() -> {
            RunningNetwork network =
                    RunningNetwork.open(
                            spec,
                            this,
                            event ->
                                    told.events()
                                            .accept(
                                                    DaemonEvent.of(
                                                            clock.instant(), spec.name(), event)));
            networks.add(network);
            return network;
        });
    }

    /// Opens a port on a network that is here.
    ///
    /// @throws SwitchdException where it cannot be had; nothing is left behind
    RunningPort open(PortSpec spec, Owner owner, RunningNetwork on) throws SwitchdException {
        return ask(() -> {
            RunningPort port = RunningPort.open(spec, owner, on, around);
            ports.add(port);
            return port;
        });
    }

    /// Starts a capture of a port that is here.
    ///
    /// @return number of the descriptor that it is read from; the caller's
    /// @throws SwitchdException where no capture can be had
    int capture(RunningPort port, CaptureRequest request) throws SwitchdException {
        return ask(() -> captures.open(port.port(), request).number());
    }

    /// Closes a port that is here.
    void close(RunningPort port) throws SwitchdException {
        run(() -> {
            try {
                captures.end(port.port());
                port.close();
            } finally {
                ports.remove(port);
            }
        });
    }

    /// Closes a network that is here and has no port any more.
    void close(RunningNetwork network) throws SwitchdException {
        run(() -> {
            networks.remove(network);
            network.close();
        });
    }

    /// What the networks that are here do.
    Map<String, Status.NetworkStatus> networkStatus() {
        Map<String, Status.NetworkStatus> all = new HashMap<>();
        networks.forEach(network -> all.put(network.spec().name(), network.status()));
        return all;
    }

    /// What the ports that are here do.
    Map<String, Status.PortStatus> portStatus() {
        Map<String, Status.PortStatus> all = new HashMap<>();
        ports.forEach(port -> all.put(port.port().name(), PortReport.up(port, loop)));
        return all;
    }

    private void portEvent(PortEvent event) {
        told.events().accept(DaemonEvent.of(clock.instant(), event));
        if (event instanceof PortEvent.Detached(String name, _, _)) {
            ports.stream()
                    .filter(port -> port.isTemporary() && port.port().name().equals(name))
                    .forEach(told.deserted());
        }
    }

    /// Closes all ports and networks that are here, also where one of them fails: first all
    /// sockets, which would be left behind if the process were to end meanwhile, then the
    /// interfaces, which would not. What is not done after [StopTime#CLOSING_NANOS] is left, and
    /// told: the process is about to end. On the loop's thread; closing twice is no error.
    void close() {
        sampling.end();
        captures.close();
        // Last first: the first one made the directory that all the others lie in.
        List<RunningPort> open = List.copyOf(ports).reversed();
        ports.clear();
        open.forEach(port -> Closing.quietly(port::closeSocket));
        networks.forEach(RunningNetwork::endUplinks);
        List<Undo.Step> steps = new ArrayList<>();
        open.forEach(port -> steps.add(port::close));
        networks.reversed().forEach(network -> steps.add(network::close));
        networks.clear();
        Closing.within(StopTime.CLOSING_NANOS, steps);
    }
}
