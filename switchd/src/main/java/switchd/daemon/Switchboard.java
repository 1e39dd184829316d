package switchd.daemon;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import switchd.core.BridgedNetwork;
import switchd.core.EventLoop;
import switchd.core.HostException;
import switchd.core.IsolatedNetwork;
import switchd.core.Lan;
import switchd.core.Network;
import switchd.core.PortEvent;
import switchd.core.SwitchdException;
import switchd.core.Undo;
import switchd.core.UsageException;
import switchd.posix.DatagramIo;
import switchd.posix.Owner;
import switchd.posix.PosixHost;

/// The network and its ports, as they are open.
///
/// Used by the loop's thread alone, but for [#notices()].
final class Switchboard {
    private final DaemonSpec spec;
    private final Owner owner;
    private final List<String> notices;
    private final RunningPort.Surroundings around;
    private final List<RunningPort> ports = new ArrayList<>();

    private Switchboard(
            DaemonSpec spec, Owner owner, List<String> notices, RunningPort.Surroundings around) {
        this.spec = spec;
        this.owner = owner;
        this.notices = notices;
        this.around = around;
    }

    /// Opens the network and all ports.
    ///
    /// @throws SwitchdException where one of them cannot be had; nothing is left behind
    static Switchboard open(LoopThread.Context context, DaemonSpec spec, Consumer<PortEvent> events)
            throws SwitchdException {
        PosixHost host = context.host();
        Owner owner = SocketPlaces.owner(host.posix(), spec.owner());
        try (Undo undo = new Undo()) {
            @Nullable Lan lan = openLan(host, spec.network());
            if (lan != null) {
                undo.push(lan::close);
            }
            Network network = networkOf(lan, spec, context.loop(), context.arena());
            DatagramIo io = host.datagramIo(context.arena(), network.slots());
            Switchboard board =
                    new Switchboard(
                            spec,
                            owner,
                            lan == null ? List.of() : List.copyOf(lan.notices()),
                            new RunningPort.Surroundings(
                                    host, context.loop(), network, io, events));
            undo.push(board::close);
            for (PortSpec port : spec.ports()) {
                board.add(port);
            }
            undo.keep();
            return board;
        }
    }

    private static @Nullable Lan openLan(PosixHost host, NetworkSpec spec) throws SwitchdException {
        return switch (spec) {
            case NetworkSpec.Bridge(var bridge, boolean create) ->
                    create ? host.openOrCreateBridge(bridge) : host.openBridge(bridge);
            case NetworkSpec.Nic(var nic) -> host.openInterface(nic);
            case NetworkSpec.Isolated() -> null;
        };
    }

    private static Network networkOf(
            @Nullable Lan lan, DaemonSpec spec, EventLoop loop, Arena arena) throws HostException {
        Integer wanted = spec.mtu();
        if (lan == null) {
            int mtu = wanted == null ? DaemonSpec.DEFAULT_MTU : wanted;
            return new IsolatedNetwork("isolated", mtu, loop, arena);
        }
        if (wanted != null && wanted != lan.mtu()) {
            throw new HostException(
                    "%1$s has MTU %2$d, the VMs are to use %3$d: give --mtu %2$d, or change the MTU of %1$s"
                            .formatted(lan.interfaceName(), lan.mtu(), wanted));
        }
        return new BridgedNetwork(lan, loop, arena);
    }

    List<String> notices() {
        return notices;
    }

    void add(PortSpec port) throws SwitchdException {
        if (find(port.name()) != null) {
            throw new UsageException("--name: there is a port called " + port.name() + " already");
        }
        ports.add(RunningPort.open(port, owner, around));
    }

    void remove(String name) throws SwitchdException {
        RunningPort port = find(name);
        if (port == null) {
            throw new UsageException("--name: there is no port called " + name);
        }
        ports.remove(port);
        port.close();
    }

    private @Nullable RunningPort find(String name) {
        for (RunningPort port : ports) {
            if (port.port().name().equals(name)) {
                return port;
            }
        }
        return null;
    }

    Status status() {
        return new Status(
                Version.current(),
                ports.stream().map(port -> port.status(spec.network())).toList());
    }

    List<Daemon.Traffic> traffic() {
        return ports.stream()
                .map(RunningPort::port)
                .map(port -> new Daemon.Traffic(port.name(), port.toLan(), port.toVm()))
                .toList();
    }

    /// Closes all ports and the network, also where one of them fails: first all sockets, which
    /// would be left behind if the process were to end meanwhile, then the interfaces, which would
    /// not. Closing twice is no error.
    void close() {
        // Last first: the first one made the directory that all the others lie in.
        for (RunningPort port : ports.reversed()) {
            closing(port::closeSocket);
        }
        while (!ports.isEmpty()) {
            closing(ports.removeLast()::close);
        }
        around.network().close();
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
