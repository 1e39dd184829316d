package switchd.daemon;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import switchd.core.Counters;
import switchd.core.DropCause;
import switchd.core.EventLoop;
import switchd.core.InterfaceName;
import switchd.core.Lease;
import switchd.core.MacAddress;
import switchd.core.Network;
import switchd.core.Outages;
import switchd.core.Peer;
import switchd.core.Port;

/// What a port has to say of itself. Used by the loop's thread alone.
final class PortReport {
    private static final int MOST_ADDRESSES = 16;
    private static final double NANOS = 1e9;
    private static final double MILLIS = 1e3;

    private PortReport() {}

    /// A port that is switched off.
    static Status.PortStatus down(PortSpec spec, NetworkSpec network, int mtu, int owner) {
        Status.Traffic none = new Status.Traffic(0, 0, 0, 0, null, 0, Map.of());
        return new Status.PortStatus(
                spec.name(),
                spec.network(),
                network.kind().label(),
                "",
                mtu,
                null,
                null,
                Integer.toUnsignedLong(owner),
                Status.State.DOWN,
                null,
                spec.macPolicy().toString(),
                List.of(),
                null,
                null,
                null,
                GuardReport.of(spec.guards().on(network.guards())),
                none,
                none,
                new Status.Queue(0, 0, 0),
                0,
                null);
    }

    /// A port that is up.
    static Status.PortStatus up(RunningPort running, int owner, EventLoop loop) {
        Port port = running.port();
        Network network = running.network().network();
        InterfaceName uplink = network.uplinkOf(port);
        return new Status.PortStatus(
                port.name(),
                network.name(),
                running.network().spec().kind().label(),
                uplink == null ? "" : uplink.value(),
                network.mtu(),
                running.socketPath(),
                running.streamPath(),
                Integer.toUnsignedLong(owner),
                state(port, network),
                reason(port, network),
                port.policy().macPolicy().toString(),
                macsSeen(port, network),
                foreignSource(port),
                peer(port, loop),
                addresses(port, loop),
                GuardReport.of(port.guards()),
                traffic(port.toLan(), running.rates().toLan(), port.heardAt(), loop),
                traffic(port.toVm(), running.rates().toVm(), port.queue().servedAt(), loop),
                new Status.Queue(
                        port.queue().waiting(), port.queue().highWater(), port.queue().capacity()),
                network.outagesOf(port).repairs(),
                lastOutage(network.outagesOf(port)));
    }

    private static @Nullable Double lastOutage(Outages outages) {
        return outages.repairs() == 0 ? null : seconds(outages.lastNanos()) * MILLIS;
    }

    private static Status.State state(Port port, Network network) {
        if (network.lossOf(port) != null) {
            return Status.State.UPLINK_LOST;
        }
        if (port.isAttached()) {
            return Status.State.ATTACHED;
        }
        return port.refusal() == null ? Status.State.LISTENING : Status.State.REFUSED;
    }

    private static @Nullable String reason(Port port, Network network) {
        String loss = network.lossOf(port);
        if (loss != null) {
            return loss;
        }
        return port.isAttached() ? null : port.refusal();
    }

    private static Status.@Nullable PeerStatus peer(Port port, EventLoop loop) {
        Peer peer = port.peer();
        if (peer == null) {
            return null;
        }
        return new Status.PeerStatus(
                peer.toString(),
                peer.kind().label(),
                known(peer.pid()),
                seconds(loop.now() - port.attachedAt()),
                known(peer.sendBuffer()),
                known(peer.receiveBuffer()));
    }

    private static List<String> macsSeen(Port port, Network network) {
        // A configured address is known there before the VM has sent anything.
        return port.hasSent()
                ? network.addressesOf(port, MOST_ADDRESSES).stream()
                        .map(MacAddress::toString)
                        .toList()
                : List.of();
    }

    private static @Nullable String foreignSource(Port port) {
        MacAddress seen = port.foreignSource();
        return seen == null ? null : seen.toString();
    }

    private static @Nullable List<Status.Address> addresses(Port port, EventLoop loop) {
        List<Lease> leases = port.leases();
        return leases == null
                ? null
                : leases.stream().map(lease -> address(lease, loop.now())).toList();
    }

    private static Status.Address address(Lease lease, long now) {
        return new Status.Address(
                lease.address().toString(),
                known(lease.vlan()),
                lease.source().label(),
                lease.expiresAt() == Lease.NEVER ? null : seconds(lease.expiresAt() - now));
    }

    private static @Nullable Integer known(int number) {
        return number == 0 ? null : number;
    }

    private static Status.Traffic traffic(
            Counters counters, Rates.Meter rate, long last, EventLoop loop) {
        Map<String, Long> drops = new TreeMap<>();
        for (DropCause cause : DropCause.values()) {
            if (counters.drops(cause) > 0) {
                drops.put(cause.label(), counters.drops(cause));
            }
        }
        return new Status.Traffic(
                counters.frames(),
                counters.bytes(),
                rate.framesPerSecond(),
                rate.bitsPerSecond(),
                counters.frames() == 0 ? null : seconds(loop.now() - last),
                counters.drops(),
                drops);
    }

    /// In thousandths.
    private static double seconds(long nanos) {
        return Math.round(nanos / NANOS * 1000) / 1000.0;
    }
}
