package switchd.daemon;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import switchd.core.BridgedNetwork;
import switchd.core.EventLoop;
import switchd.core.HostException;
import switchd.core.InterfaceName;
import switchd.core.IsolatedNetwork;
import switchd.core.Lan;
import switchd.core.LanEvent;
import switchd.core.LanMember;
import switchd.core.Network;
import switchd.core.Port;
import switchd.core.SwitchdException;
import switchd.core.Undo;
import switchd.posix.DatagramIo;
import switchd.posix.PosixHost;

/// A network with all that belongs to it: its memory, and its place on the host.
///
/// Used by the loop's thread alone.
final class RunningNetwork implements AutoCloseable {
    private static final Logger LOG = System.getLogger(RunningNetwork.class.getName());

    private NetworkSpec spec;
    private final @Nullable Lan lan;
    private final Network network;
    private final DatagramIo io;
    private final Undo made;

    private RunningNetwork(
            NetworkSpec spec, @Nullable Lan lan, Network network, DatagramIo io, Undo made) {
        this.spec = spec;
        this.lan = lan;
        this.network = network;
        this.io = io;
        this.made = made;
    }

    /// Opens a network.
    ///
    /// @param events hears what becomes of the members of its bridge
    /// @throws SwitchdException where it cannot be had; nothing is left behind
    static RunningNetwork open(
            NetworkSpec spec, PosixHost host, EventLoop loop, Consumer<LanEvent> events)
            throws SwitchdException {
        try (Undo undo = new Undo()) {
            Arena arena = Arena.ofConfined();
            undo.push(arena::close);
            @Nullable Lan lan = openLan(host, spec.kind());
            if (lan != null) {
                undo.push(lan::close);
                lan.whenMembersChange(events);
            }
            Network network = networkOf(lan, spec, loop, arena);
            undo.push(network::close);
            DatagramIo io = host.datagramIo(arena, network.slots());
            return new RunningNetwork(spec, lan, network, io, undo.take());
        }
    }

    /// Looks whether a network can be had, as far as that is seen without making anything.
    ///
    /// @throws SwitchdException where it cannot
    static void check(NetworkSpec spec, PosixHost host) throws SwitchdException {
        if (spec.kind() instanceof NetworkSpec.Bridge bridge && bridge.create()) {
            return;
        }
        try (Lan lan = openLan(host, spec.kind())) {
            refuseOtherMtu(lan, spec);
        }
    }

    private static @Nullable Lan openLan(PosixHost host, NetworkSpec.Kind kind)
            throws SwitchdException {
        return switch (kind) {
            case NetworkSpec.Bridge bridge -> {
                Lan lan =
                        bridge.create()
                                ? host.openOrCreateBridge(bridge.bridge())
                                : host.openBridge(bridge.bridge());
                if (bridge.keepMembers()) {
                    lan.keepMembers();
                }
                if (!bridge.offload()) {
                    lan.withoutOffload();
                }
                yield lan;
            }
            case NetworkSpec.Nic(var nic) -> host.openInterface(nic);
            case NetworkSpec.Isolated() -> null;
        };
    }

    private static Network networkOf(
            @Nullable Lan lan, NetworkSpec spec, EventLoop loop, Arena arena) throws HostException {
        refuseOtherMtu(lan, spec);
        if (lan == null) {
            Integer wanted = spec.mtu();
            int mtu = wanted == null ? DaemonSpec.DEFAULT_MTU : wanted;
            return new IsolatedNetwork(spec.name(), mtu, loop, arena);
        }
        return new BridgedNetwork(spec.name(), lan, loop, arena);
    }

    private static void refuseOtherMtu(@Nullable Lan lan, NetworkSpec spec) throws HostException {
        Integer wanted = spec.mtu();
        if (lan != null && wanted != null && wanted != lan.mtu()) {
            throw new HostException(
                    "%1$s has MTU %2$d, the VMs are to use %3$d: give --mtu %2$d, or change the MTU of %1$s"
                            .formatted(lan.interfaceName(), lan.mtu(), wanted));
        }
    }

    NetworkSpec spec() {
        return spec;
    }

    /// What guards ports that are opened from here on.
    void guard(GuardSpec guards) {
        spec = spec.guardedBy(guards);
    }

    Network network() {
        return network;
    }

    /// Receives into the network's slots.
    DatagramIo io() {
        return io;
    }

    /// What an operator should know of it, a sentence each.
    List<String> notices() {
        return lan == null ? List.of() : List.copyOf(lan.notices());
    }

    Status.NetworkStatus status() {
        List<Status.Member> members = members();
        return new Status.NetworkStatus(
                spec.name(),
                spec.kind().label(),
                lan == null ? null : lan.interfaceName().value(),
                network.mtu(),
                members.stream().anyMatch(Status.Member::macNat),
                members,
                network.ports().stream().map(Port::name).toList(),
                network.repairs(),
                notices());
    }

    /// Empty where the kernel does not tell.
    private List<Status.Member> members() {
        if (lan == null) {
            return List.of();
        }
        Set<InterfaceName> uplinks = new HashSet<>();
        network.ports().forEach(port -> uplinks.add(network.uplinkOf(port)));
        try {
            return lan.members().stream()
                    .filter(member -> !uplinks.contains(member.name()))
                    .map(RunningNetwork::member)
                    .toList();
        } catch (SwitchdException e) {
            LOG.log(Level.DEBUG, "members of " + lan.interfaceName() + ": " + e.getMessage());
            return List.of();
        }
    }

    private static Status.Member member(LanMember member) {
        return new Status.Member(
                member.name().value(),
                member.kind().label(),
                member.mtu(),
                member.up(),
                member.translatesAddresses());
    }

    /// All its ports are about to be closed, as [Lan#endUplinks].
    void endUplinks() {
        if (lan != null) {
            lan.endUplinks();
        }
    }

    /// Gives the network back, ports that are still on it first. Closing twice is no error.
    @Override
    public void close() throws SwitchdException {
        made.close();
    }
}
