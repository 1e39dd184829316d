package switchd.daemon;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import switchd.attach.KeptLinks;
import switchd.core.EventLoop;
import switchd.core.Guards;
import switchd.core.HostException;
import switchd.core.PortEvent;
import switchd.core.SwitchdException;
import switchd.core.Undo;
import switchd.core.UsageException;
import switchd.daemon.capture.CaptureRequest;
import switchd.daemon.capture.Captures;
import switchd.posix.Owner;
import switchd.posix.PosixHost;

/// The networks and their ports, as they are open.
///
/// Used by the loop's thread alone.
final class Switchboard {
    private final PosixHost host;
    private final EventLoop loop;
    private final InstantSource clock;
    private final Consumer<DaemonEvent> events;
    private final RunningPort.Surroundings around;
    private final Sampling sampling;
    private final Captures captures;
    private final Networks networks;
    private final Ports ports = new Ports();
    private boolean held;

    /// @param kept links that a daemon before this one has left
    /// @param events hears what happens; must not block
    Switchboard(
            LoopThread.Context context,
            InstantSource clock,
            KeptLinks kept,
            Consumer<DaemonEvent> events) {
        this.host = context.host();
        this.loop = context.loop();
        this.clock = clock;
        this.events = events;
        this.networks =
                new Networks(
                        host,
                        loop,
                        (network, event) -> tell(DaemonEvent.of(clock.instant(), network, event)));
        this.around = new RunningPort.Surroundings(host, loop, this::portEvent, kept);
        this.sampling = new Sampling(loop, ports);
        this.captures = new Captures(host.posix(), loop, System::nanoTime);
    }

    /// The networks; ports come and go before and after them.
    Networks networks() {
        return networks;
    }

    /// Opens a port on one of the networks.
    ///
    /// @throws SwitchdException where it cannot be had; nothing is left behind
    void open(PortSpec port) throws SwitchdException {
        open(port, port.up());
    }

    /// As [#open(PortSpec)], switched on or off whatever was asked for.
    void open(PortSpec port, boolean up) throws SwitchdException {
        ports.refuseDouble(port);
        networks.find(port.network()); // one that is down has a network as well
        PortPlace place = new PortPlace(port, ownerOf(port));
        if (up) {
            open(place);
        }
        ports.add(place);
    }

    private Owner ownerOf(PortSpec port) throws UsageException {
        try {
            return SocketPlaces.owner(host.posix(), port.access());
        } catch (UsageException e) {
            throw of(port, e);
        }
    }

    /// Of many ports, the message is to tell which.
    private static UsageException of(PortSpec port, UsageException mistake) {
        return new UsageException("port " + port.name() + ": " + mistake.getMessage());
    }

    /// Looks whether a port can be had, as far as that is seen without opening it.
    ///
    /// @throws UsageException where its user or group is none, only root may give sockets to them,
    ///   or it has a descriptor that was closed with it
    void check(PortSpec port) throws UsageException {
        Owner owner = ownerOf(port);
        try {
            SocketPlaces.access(port.access(), owner, host.posix());
        } catch (UsageException e) {
            throw of(port, e);
        }
        ports.refuseUsedDescriptor(port);
    }

    private void open(PortPlace place) throws SwitchdException {
        ports.useDescriptor(place.spec());
        place.open(networks.find(place.spec().network()), around);
    }

    /// Closes the links of ports that there are no more.
    void dropKept() {
        around.kept().dropRest(host.posix());
    }

    /// Removes a port.
    ///
    /// @throws SwitchdException where there is none of that name
    void removePort(String name) throws SwitchdException {
        drop(name);
        prune();
    }

    /// As [#removePort], but leaves its network in any case.
    void drop(String name) throws SwitchdException {
        shut(ports.take(name));
    }

    /// Gives a port other guards, as [PortPlace#guard].
    ///
    /// @throws SwitchdException where there is none of that name, or they cannot be had
    void guard(PortSpec port, Guards guards) throws SwitchdException {
        ports.find(port.name()).guard(port, guards);
    }

    /// Removes the networks that go with their last port and have none any more.
    void prune() throws SwitchdException {
        if (!held) {
            networks.prune(ports.networks());
        }
    }

    /// Whether networks stay that go with their last port: while ports come back.
    void holdNetworks(boolean hold) {
        held = hold;
    }

    /// Whether there is a port of that name.
    boolean has(String name) {
        return ports.get(name) != null;
    }

    /// True while a port has a VM.
    boolean isAttached(String name) throws UsageException {
        RunningPort running = port(name).running();
        return running != null && running.port().isAttached();
    }

    /// True while a port is switched on.
    boolean isUp(String name) throws UsageException {
        return port(name).running() != null;
    }

    /// Takes a port's VM away.
    ///
    /// @return false where there was none
    /// @throws UsageException where there is no such port
    boolean detach(String name) throws UsageException {
        RunningPort running = port(name).running();
        if (running == null || !running.port().isAttached()) {
            return false;
        }
        running.port().detach("an operator asked for it");
        return true;
    }

    /// Starts a capture of a port's frames.
    ///
    /// @return number of the descriptor that they are read from; the caller's
    /// @throws SwitchdException where there is no such port, it is down, or no capture can be had
    int capture(String name, CaptureRequest request) throws SwitchdException {
        RunningPort running = port(name).running();
        if (running == null) {
            throw new HostException(
                    "port "
                            + name
                            + " is down, nothing goes through it: `switchd port up "
                            + name
                            + "`");
        }
        return captures.open(running.port(), request).number();
    }

    /// Removes a network, and its ports before.
    ///
    /// @throws SwitchdException where there is none of that name
    void removeNetwork(String name) throws SwitchdException {
        networks.find(name);
        for (PortPlace place : ports.on(name)) {
            drop(place.spec().name());
        }
        networks.remove(name);
    }

    /// Switches a port on or off; one that is in that state already is left alone.
    ///
    /// @return whether anything has changed
    /// @throws SwitchdException where there is none of that name, or it cannot be had
    boolean setUp(String name, boolean up) throws SwitchdException {
        PortPlace place = port(name);
        if (up == (place.running() != null)) {
            return false;
        }
        if (up) {
            open(place);
        } else {
            shut(place);
        }
        return true;
    }

    private void shut(PortPlace place) throws SwitchdException {
        RunningPort running = place.take();
        if (running != null) {
            captures.end(running.port());
            running.close();
        }
    }

    /// The port of that name.
    ///
    /// @throws UsageException where there is none
    PortPlace port(String name) throws UsageException {
        return ports.find(name);
    }

    /// All ports, as they were asked for.
    List<PortSpec> ports() {
        return ports.all().stream().map(PortPlace::spec).toList();
    }

    List<Status.PortStatus> portStatus() throws UsageException {
        return ports.status(networks, loop);
    }

    List<Daemon.Traffic> traffic() {
        return ports.running().stream()
                .map(RunningPort::port)
                .map(port -> new Daemon.Traffic(port.name(), port.toLan(), port.toVm()))
                .toList();
    }

    /// Tells whoever listens.
    void tell(DaemonEvent event) {
        events.accept(event);
    }

    private void portEvent(PortEvent event) {
        tell(DaemonEvent.of(clock.instant(), event));
        if (event instanceof PortEvent.Detached(String name, _, _)) {
            PortPlace place = ports.get(name);
            if (place != null && place.spec().temporary()) {
                loop.execute(() -> removeTemporary(name, place));
            }
        }
    }

    private void removeTemporary(String name, PortPlace place) {
        if (ports.get(name) == place) {
            Closing.quietly(() -> removePort(name));
            tell(
                    DaemonEvent.ofPort(
                            clock.instant(), "portRemoved", name, "removed: its VM is gone"));
        }
    }

    /// Closes all ports and networks, also where one of them fails: first all sockets, which would
    /// be left behind if the process were to end meanwhile, then the interfaces, which would not.
    /// What is not done after [StopTime#CLOSING_NANOS] is left, and told: the process is about to
    /// end. Closing twice is no error.
    void close() {
        around.kept().leave();
        sampling.end();
        captures.close();
        // Last first: the first one made the directory that all the others lie in.
        List<PortPlace> open = ports.all().reversed();
        ports.running().reversed().forEach(port -> Closing.quietly(port::closeSocket));
        ports.clear();
        networks.endUplinks();
        List<Undo.Step> steps = new ArrayList<>();
        open.forEach(place -> steps.add(() -> shut(place)));
        networks.clear().forEach(network -> steps.add(network::close));
        Closing.within(StopTime.CLOSING_NANOS, steps);
    }
}
