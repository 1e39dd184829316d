package switchd.daemon;

import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import switchd.attach.KeptLinks;
import switchd.core.Guards;
import switchd.core.HostException;
import switchd.core.SwitchdException;
import switchd.core.UsageException;
import switchd.daemon.capture.CaptureRequest;
import switchd.posix.Owner;
import switchd.posix.Posix;

/// The networks and their ports, as they are open.
///
/// Used by the first loop's thread alone, which has the others do what concerns theirs.
final class Switchboard {
    private final InstantSource clock;
    private final Consumer<DaemonEvent> events;
    private final KeptLinks kept;
    private final Shards shards;
    private final Networks networks;
    private final Ports ports = new Ports();
    private List<PortSpec> awaited = List.of();
    private boolean held;

    /// @param loops the first one's thread is the one that uses this
    /// @param kept links that a daemon before this one has left
    /// @param events hears what happens, on any loop's thread; must not block
    /// @throws SwitchdException never in practice
    Switchboard(
            List<LoopThread> loops,
            InstantSource clock,
            KeptLinks kept,
            Consumer<DaemonEvent> events)
            throws SwitchdException {
        this.clock = clock;
        this.events = events;
        this.kept = kept;
        this.shards = Shards.open(loops, clock, kept, events, this::removeTemporary);
        this.networks = new Networks(shards, this::expected);
    }

    /// Says what ports are about to be opened, so that networks with many are on different loops.
    void expect(List<PortSpec> specs) {
        awaited = specs;
    }

    private long expected(String network) {
        long there = ports.on(network).size();
        long coming = awaited.stream().filter(port -> port.network().equals(network)).count();
        return Math.max(there, coming);
    }

    private Posix posix() {
        return shards.first().host().posix();
    }

    /// The loops.
    Shards shards() {
        return shards;
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
            return SocketPlaces.owner(posix(), port.access());
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
            SocketPlaces.access(port.access(), owner, posix());
        } catch (UsageException e) {
            throw of(port, e);
        }
        ports.refuseUsedDescriptor(port);
    }

    private void open(PortPlace place) throws SwitchdException {
        ports.useDescriptor(place.spec());
        place.open(networks.find(place.spec().network()));
    }

    /// Closes the links of ports that there are no more.
    void dropKept() {
        kept.dropRest(posix());
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
    boolean isAttached(String name) throws SwitchdException {
        RunningPort running = port(name).running();
        return running != null && running.shard().ask(() -> running.port().isAttached());
    }

    /// True while a port is switched on.
    boolean isUp(String name) throws UsageException {
        return port(name).running() != null;
    }

    /// Takes a port's VM away.
    ///
    /// @return false where there was none
    /// @throws SwitchdException where there is no such port
    boolean detach(String name) throws SwitchdException {
        RunningPort running = port(name).running();
        return running != null
                && running.shard()
                        .ask(() -> {
                            boolean attached = running.port().isAttached();
                            if (attached) {
                                running.port().detach("an operator asked for it");
                            }
                            return attached;
                        });
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
        return running.shard().capture(running, request);
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
            running.shard().close(running);
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

    List<Status.PortStatus> portStatus() throws SwitchdException {
        Map<String, Status.PortStatus> up = new HashMap<>();
        shards.ask(Shard::portStatus).forEach(up::putAll);
        return ports.status(networks, up);
    }

    List<Daemon.Traffic> traffic() {
        return ports.running().stream()
                .map(RunningPort::port)
                .map(port -> new Daemon.Traffic(port.name(), port.toLan(), port.toVm()))
                .toList();
    }

    /// One whose VM is gone, unless another one has its name now.
    private void removeTemporary(RunningPort gone) {
        String name = gone.port().name();
        PortPlace place = ports.get(name);
        if (place != null && (place.running() == gone || place.running() == null)) {
            Closing.quietly(() -> removePort(name));
            events.accept(
                    DaemonEvent.ofPort(
                            clock.instant(), "portRemoved", name, "removed: its VM is gone"));
        }
    }

    /// Closes all ports and networks of the first loop; the others close theirs when they end.
    /// Closing twice is no error.
    void close() {
        kept.leave();
        ports.clear();
        networks.clear();
        shards.first().close();
    }
}
