package switchd.daemon;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import switchd.core.EventLoop;
import switchd.core.HostException;
import switchd.core.LoopTimer;
import switchd.core.MacPolicy;
import switchd.core.PortEvent;
import switchd.core.SwitchdException;
import switchd.core.Undo;
import switchd.core.UsageException;
import switchd.daemon.capture.CaptureRequest;
import switchd.daemon.capture.Captures;
import switchd.daemon.words.Nearest;
import switchd.posix.Owner;
import switchd.posix.PosixHost;

/// The networks and their ports, as they are open.
///
/// Used by the loop's thread alone.
final class Switchboard {
    private static final long SAMPLE_NANOS = 1_000_000_000;

    private final PosixHost host;
    private final EventLoop loop;
    private final InstantSource clock;
    private final Consumer<DaemonEvent> events;
    private final RunningPort.Surroundings around;
    private final LoopTimer sampling;
    private final Captures captures;
    private final Map<String, RunningNetwork> networks = new LinkedHashMap<>();
    private final Map<String, PortPlace> ports = new LinkedHashMap<>();

    /// Numbers of inherited descriptors that were a port's once.
    private final Set<Integer> usedDescriptors = new HashSet<>();

    /// Names of networks that go with their last port.
    private final Set<String> implied = new HashSet<>();

    private long sampledAt;

    /// @param events hears what happens; must not block
    Switchboard(LoopThread.Context context, InstantSource clock, Consumer<DaemonEvent> events) {
        this.host = context.host();
        this.loop = context.loop();
        this.clock = clock;
        this.events = events;
        this.around = new RunningPort.Surroundings(host, loop, this::portEvent);
        this.sampling = loop.timer(this::sample);
        this.captures = new Captures(host.posix(), loop, System::nanoTime);
        this.sampledAt = loop.now();
        sampling.set(SAMPLE_NANOS);
    }

    /// A port, up or down.
    static final class PortPlace {
        private final PortSpec spec;
        private final Owner owner;
        private @Nullable RunningPort running;

        private PortPlace(PortSpec spec, Owner owner) {
            this.spec = spec;
            this.owner = owner;
        }

        PortSpec spec() {
            return spec;
        }

        Owner owner() {
            return owner;
        }

        /// Null while it is down.
        @Nullable RunningPort running() {
            return running;
        }
    }

    /// Opens a network.
    ///
    /// @throws SwitchdException where it cannot be had; nothing is left behind
    void open(NetworkSpec network) throws SwitchdException {
        if (networks.containsKey(network.name())) {
            throw new UsageException("there is a network called " + network.name() + " already");
        }
        networks.put(network.name(), RunningNetwork.open(network, host, loop));
    }

    /// Opens a port on one of the networks.
    ///
    /// @throws SwitchdException where it cannot be had; nothing is left behind
    void open(PortSpec port) throws SwitchdException {
        open(port, port.up());
    }

    /// As [#open(PortSpec)], switched on or off whatever was asked for.
    void open(PortSpec port, boolean up) throws SwitchdException {
        if (ports.containsKey(port.name())) {
            throw new UsageException("--name: there is a port called " + port.name() + " already");
        }
        refuseSameAddress(port);
        network(port.network());
        PortPlace place = new PortPlace(port, ownerOf(port));
        if (up) {
            open(place);
        }
        ports.put(port.name(), place);
    }

    /// User to whom the sockets of a port belong.
    ///
    /// @throws UsageException where there is no such user, or only root may give sockets to him
    Owner ownerOf(PortSpec port) throws UsageException {
        return SocketPlaces.owner(host.posix(), port.access().owner());
    }

    private void refuseSameAddress(PortSpec port) throws UsageException {
        if (!(port.macPolicy() instanceof MacPolicy.Fixed)) {
            return;
        }
        for (PortPlace other : ports.values()) {
            if (other.spec.macPolicy().equals(port.macPolicy())) {
                throw new UsageException(
                        "--mac: port "
                                + other.spec.name()
                                + " has the address "
                                + port.macPolicy()
                                + " already");
            }
        }
    }

    private void open(PortPlace place) throws SwitchdException {
        Integer descriptor = place.spec.descriptor();
        // Once it is closed, its number may be anybody's.
        if (descriptor != null && !usedDescriptors.add(descriptor)) {
            throw new UsageException(
                    "--fd: descriptor "
                            + descriptor
                            + " was closed with the port: start switchd anew to hand it over again");
        }
        place.running =
                RunningPort.open(place.spec, place.owner, network(place.spec.network()), around);
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
        PortPlace place = port(name);
        ports.remove(name);
        shut(place);
    }

    /// Removes the networks that go with their last port and have none any more.
    void prune() throws SwitchdException {
        Set<String> empty = new HashSet<>(implied);
        ports.values().forEach(place -> empty.remove(place.spec.network()));
        for (String name : empty) {
            removeNetwork(name);
        }
    }

    /// From here on a network stays without ports, too.
    void keep(String network) {
        implied.remove(network);
    }

    /// True while a port is switched on.
    boolean isUp(String name) throws UsageException {
        return port(name).running != null;
    }

    /// Opens a network that goes with the last port on it, unless there is one of its name.
    ///
    /// @return whether it was opened
    /// @throws SwitchdException where it cannot be had, or the one of its name is another
    boolean addImplied(NetworkSpec network) throws SwitchdException {
        RunningNetwork there = networks.get(network.name());
        if (there == null) {
            open(network);
            implied.add(network.name());
            return true;
        }
        if (!there.spec().kind().equals(network.kind())) {
            throw new UsageException(
                    "the network "
                            + network.name()
                            + " is another one here: of kind "
                            + there.spec().kind().label());
        }
        return false;
    }

    /// Takes a port's VM away.
    ///
    /// @return false where there was none
    /// @throws UsageException where there is no such port
    boolean detach(String name) throws UsageException {
        RunningPort running = port(name).running;
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
        RunningPort running = port(name).running;
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
        RunningNetwork network = network(name);
        implied.remove(name);
        for (PortPlace place : List.copyOf(ports.values())) {
            if (place.spec.network().equals(name)) {
                drop(place.spec.name());
            }
        }
        networks.remove(name);
        network.close();
    }

    /// Switches a port on or off; one that is in that state already is left alone.
    ///
    /// @return whether anything has changed
    /// @throws SwitchdException where there is none of that name, or it cannot be had
    boolean setUp(String name, boolean up) throws SwitchdException {
        PortPlace place = port(name);
        if (up == (place.running != null)) {
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
        RunningPort running = place.running;
        place.running = null;
        if (running != null) {
            captures.end(running.port());
            running.close();
        }
    }

    /// The port of that name.
    ///
    /// @throws UsageException where there is none
    PortPlace port(String name) throws UsageException {
        PortPlace place = ports.get(name);
        if (place == null) {
            throw unknown("port", name, ports.keySet());
        }
        return place;
    }

    /// The network of that name.
    ///
    /// @throws UsageException where there is none
    RunningNetwork network(String name) throws UsageException {
        RunningNetwork network = networks.get(name);
        if (network == null) {
            throw unknown("network", name, networks.keySet());
        }
        return network;
    }

    private static UsageException unknown(String what, String name, Set<String> known) {
        String question = Nearest.question(name, known);
        String there =
                known.isEmpty() ? ": there is none" : ": there are " + String.join(", ", known);
        return new UsageException(
                "there is no "
                        + what
                        + " called "
                        + name
                        + (question.isEmpty() ? there : question));
    }

    /// All networks, as they were asked for.
    List<NetworkSpec> networks() {
        return networks.values().stream().map(RunningNetwork::spec).toList();
    }

    /// All ports, as they were asked for.
    List<PortSpec> ports() {
        return ports.values().stream().map(PortPlace::spec).toList();
    }

    List<String> notices() {
        return networks.values().stream()
                .flatMap(network -> network.notices().stream())
                .distinct()
                .toList();
    }

    List<Status.NetworkStatus> networkStatus() {
        return networks.values().stream().map(RunningNetwork::status).toList();
    }

    List<Status.PortStatus> portStatus() throws UsageException {
        List<Status.PortStatus> all = new ArrayList<>();
        for (PortPlace place : ports.values()) {
            RunningPort running = place.running;
            if (running == null) {
                RunningNetwork on = network(place.spec.network());
                all.add(
                        PortReport.down(
                                place.spec, on.spec(), on.network().mtu(), place.owner.uid()));
            } else {
                all.add(PortReport.up(running, place.owner.uid(), loop));
            }
        }
        return all;
    }

    List<Daemon.Traffic> traffic() {
        List<Daemon.Traffic> all = new ArrayList<>();
        for (PortPlace place : ports.values()) {
            if (place.running != null) {
                var port = place.running.port();
                all.add(new Daemon.Traffic(port.name(), port.toLan(), port.toVm()));
            }
        }
        return all;
    }

    /// Tells whoever listens.
    void tell(DaemonEvent event) {
        events.accept(event);
    }

    private void portEvent(PortEvent event) {
        tell(DaemonEvent.of(clock.instant(), event));
        if (event instanceof PortEvent.Detached(String name, _, _)) {
            PortPlace place = ports.get(name);
            if (place != null && place.spec.temporary()) {
                loop.execute(() -> removeTemporary(name, place));
            }
        }
    }

    private void removeTemporary(String name, PortPlace place) {
        if (ports.get(name) == place) {
            closing(() -> removePort(name));
            tell(
                    DaemonEvent.ofPort(
                            clock.instant(), "portRemoved", name, "removed: its VM is gone"));
        }
    }

    private void sample() {
        double seconds = (loop.now() - sampledAt) / (double) SAMPLE_NANOS;
        sampledAt = loop.now();
        for (PortPlace place : ports.values()) {
            if (place.running != null) {
                place.running.rates().sample(seconds);
            }
        }
        sampling.set(SAMPLE_NANOS);
    }

    /// Closes all ports and networks, also where one of them fails: first all sockets, which would
    /// be left behind if the process were to end meanwhile, then the interfaces, which would not.
    /// Closing twice is no error.
    void close() {
        sampling.cancel();
        captures.close();
        // Last first: the first one made the directory that all the others lie in.
        List<PortPlace> open = List.copyOf(ports.values()).reversed();
        for (PortPlace place : open) {
            if (place.running != null) {
                closing(place.running::closeSocket);
            }
        }
        ports.clear();
        open.forEach(place -> closing(() -> shut(place)));
        List<RunningNetwork> all = List.copyOf(networks.values()).reversed();
        networks.clear();
        all.forEach(network -> closing(network::close));
    }

    private static void closing(Undo.Step step) {
        try {
            step.run();
        } catch (SwitchdException e) {
            System.getLogger(Switchboard.class.getName())
                    .log(System.Logger.Level.WARNING, "closing a port: " + e.getMessage());
        }
    }
}
