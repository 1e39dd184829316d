package switchd.core;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Keeps a VM to the IP addresses that are its own ([IpPolicy]), and from playing DHCP server or
/// router.
///
/// Only ARP, IPv4 and IPv6 pass: anything else may carry IP from anywhere. The leases are those
/// that the LAN's servers and routers are seen to give this VM; what other ports of the network
/// send is never taken for a server's. They are forgotten when the VM detaches.
///
/// Used by the loop's thread alone; nothing here allocates after construction, but [#list] and
/// [#learnt].
final class IpGuard {
    private static final int ARP_REQUEST = 1;
    private static final int RARP_REQUEST = 3;
    private static final long ARP_FORM = 0x0001_0800_0604L;

    private final boolean snoops;
    private final int access;
    private final boolean tagsFreely;
    private final Port port;
    private final Network network;
    private final OwnAddresses own;
    private final PacketView packet = new PacketView();
    private final Leases leases = new Leases();
    private final Prefixes prefixes = new Prefixes(leases);
    private final NeighbourCheck neighbours = new NeighbourCheck(leases, prefixes);
    private final Dhcp4Snoop dhcp4 = new Dhcp4Snoop(leases);
    private final Dhcp6Snoop dhcp6 = new Dhcp6Snoop(leases);

    private IpGuard(boolean snoops, List<IpAddress> addresses, Port port, Network network) {
        VlanPolicy vlans = port.guards().vlans();
        this.snoops = snoops;
        this.access = vlans instanceof VlanPolicy.Access(int id) ? id : 0;
        this.tagsFreely = vlans instanceof VlanPolicy.Any;
        this.port = port;
        this.network = network;
        this.own = new OwnAddresses(addresses);
    }

    /// The guard that `port` asks for; null where every address may pass.
    ///
    /// @param network knows what is behind its other ports
    static @Nullable IpGuard of(Port port, Network network) {
        return switch (port.guards().ips()) {
            case IpPolicy.Any() -> null;
            case IpPolicy.Leased() -> new IpGuard(true, List.of(), port, network);
            case IpPolicy.Only(var addresses) -> new IpGuard(false, addresses, port, network);
        };
    }

    /// Why frame `i` of the VM is dropped, or null where it passes and will be sent.
    ///
    /// @param allowed true where it is of a protocol of links that the operator allows
    @Nullable DropCause fromVm(FrameBatch frames, int i, boolean allowed, long now) {
        if (!packet.read(frames, i, access)) {
            return DropCause.IP_SOURCE;
        }
        return switch (packet.type) {
            case PacketView.IP4 -> four(now);
            case PacketView.IP6 -> six(now);
            case PacketView.ARP, PacketView.RARP -> passing(arp(now));
            default -> passing(allowed);
        };
    }

    private static @Nullable DropCause passing(boolean passes) {
        return passes ? null : DropCause.IP_SOURCE;
    }

    private boolean arp(long now) {
        int at = packet.at;
        boolean formed = packet.number(at) >>> 16 == ARP_FORM;
        if (!formed || packet.mac(at + 8) != packet.source) {
            return false;
        }
        int operation = packet.half(at + 6);
        if (packet.type == PacketView.RARP) {
            return operation == RARP_REQUEST && packet.low == 0; // QEMU tells so where a VM is now
        }
        if (packet.low != 0) {
            return isOwn(packet.high, packet.low, now);
        }
        long target = packet.word(at + 24);
        return operation == ARP_REQUEST
                && (dhcp4.isOffered(target, now) || isOwn(Leases.IP4, target, now));
    }

    private @Nullable DropCause four(long now) {
        if (ServerTalk.isFour(packet)) {
            return DropCause.ROGUE_SERVER;
        }
        if (packet.isFor(Dhcp4Snoop.SERVER)) {
            return passing(request(now));
        }
        boolean unspecified = packet.low == 0 && packet.isGroupReport();
        return passing(unspecified || isOwn(packet.high, packet.low, now));
    }

    /// A client has no address yet, or renews one that we have not seen it get.
    private boolean request(long now) {
        if (!dhcp4.isOwnRequest(packet)) {
            return false;
        }
        boolean client = packet.half(packet.payload) == Dhcp4Snoop.CLIENT;
        boolean asking =
                packet.low == 0
                        || (packet.low == dhcp4.clientAddress(packet) && dhcp4.isAsking(packet));
        if (!(client && asking) && !isOwn(packet.high, packet.low, now)) {
            return false;
        }
        long gone = dhcp4.givenUp(packet);
        if (gone >= 0 && !dhcp4.isOffered(gone, now) && !isOwn(Leases.IP4, gone, now)) {
            return false;
        }
        dhcp4.request(packet, now);
        return true;
    }

    private @Nullable DropCause six(long now) {
        if (ServerTalk.isSix(packet)) {
            return DropCause.ROGUE_SERVER;
        }
        if (packet.isFor(Dhcp6Snoop.SERVER)) {
            return request6(now);
        }
        if (!packet.carries(PacketView.ICMP6)) {
            return passing(isOwn(packet.high, packet.low, now));
        }
        int type = packet.octet(packet.payload);
        if (NeighbourCheck.isNeighbour(type)) {
            return passing(neighbours.isSound(packet) && neighbour(type, now));
        }
        boolean report = type == 131 || type == 132 || type == 143; // of multicast listeners
        boolean unspecified = packet.high == 0 && packet.low == 0 && !packet.fragment;
        return passing((unspecified && report) || isOwn(packet.high, packet.low, now));
    }

    private @Nullable DropCause request6(long now) {
        if (!Dhcp6Snoop.isWhole(packet) || !isOwn(packet.high, packet.low, now)) {
            return DropCause.IP_SOURCE;
        }
        if (Dhcp6Snoop.isServers(packet)) {
            return DropCause.ROGUE_SERVER;
        }
        return passing(dhcp6.request(packet, now));
    }

    private boolean neighbour(int type, long now) {
        if (type == NeighbourCheck.ROUTER_SOLICITATION) {
            boolean unspecified = packet.high == 0 && packet.low == 0;
            return unspecified || isOwn(packet.high, packet.low, now);
        }
        long high = packet.number(packet.payload + 8);
        long low = packet.number(packet.payload + 16);
        if (packet.high != 0 || packet.low != 0) {
            boolean solicits = type == NeighbourCheck.SOLICITATION;
            return isOwn(packet.high, packet.low, now) && (solicits || isOwn(high, low, now));
        }
        return type == NeighbourCheck.SOLICITATION
                && (isOwn(high, low, now)
                        || (snoops
                                && !isElsewhere(high, low, now)
                                && neighbours.claim(packet, now)));
    }

    /// True where another port has the address: its VM may not hear the question.
    private boolean isElsewhere(long high, long low, long now) {
        long mac = NeighbourCheck.hardware(low);
        Port owner = mac < 0 ? null : network.table().find(mac, now);
        return (owner != null && owner != port) || network.hasElsewhere(port, this, high, low, now);
    }

    /// True where the VM has, or asks for, what that of `other` is asking for in its last packet.
    boolean has(IpGuard other, long high, long low, long now) {
        int vlan = other.packet.vlan == 0 ? other.access : other.packet.vlan;
        // Where any tag passes, it may be one that the LAN takes off.
        boolean any = other.tagsFreely;
        boolean meets = any || access == 0 || access == vlan;
        return (meets && own.has(high, low))
                || leases.knows(any ? Leases.ANY_VLAN : vlan, access, high, low, now);
    }

    private boolean isOwn(long high, long low, long now) {
        return own.has(high, low)
                || leases.holds(packet.vlan, high, low, now)
                || isDerived(high, low, now);
    }

    /// Nobody else can have what follows from the VM's hardware address.
    private boolean isDerived(long high, long low, long now) {
        return low == NeighbourCheck.modified(packet.source)
                && (high == NeighbourCheck.LINK_LOCAL
                        || (snoops && prefixes.until(packet.vlan, high, now) > now));
    }

    /// True where it has to see what goes to the VM.
    boolean snoops() {
        return snoops;
    }

    /// True while somebody may object to what the VM has asked for: whether the VM reads what the
    /// LAN sends or not, it is to be looked at.
    boolean listens(long now) {
        return snoops && leases.isAsking(now);
    }

    /// Looks at frame `i`, of at least 14 bytes, on its way to the VM.
    ///
    /// @param uplink false where another port has sent it
    void toVm(FrameBatch frames, int i, boolean uplink, long now) {
        if (!packet.read(frames, i, access) || packet.payload == PacketView.NOWHERE) {
            return;
        }
        boolean lan = uplink && network.table().find(packet.source, now) == null;
        if (packet.protocol == PacketView.UDP) {
            int from = packet.half(packet.payload);
            int to = packet.half(packet.payload + 2);
            if (!lan) {
                return;
            }
            if (packet.type == PacketView.IP4) {
                if (from == Dhcp4Snoop.SERVER && to == Dhcp4Snoop.CLIENT) {
                    dhcp4.answer(packet, now);
                }
            } else if (from == Dhcp6Snoop.SERVER && to == Dhcp6Snoop.CLIENT) {
                dhcp6.answer(packet, now);
            }
        } else if (packet.type == PacketView.IP6
                && packet.protocol == PacketView.ICMP6
                && !packet.fragment
                && packet.octet(packet.at + 7) == 255) {
            if (packet.octet(packet.payload) != NeighbourCheck.ROUTER_ADVERTISEMENT) {
                neighbours.hear(packet, now);
            } else if (lan && packet.high == NeighbourCheck.LINK_LOCAL) {
                prefixes.learn(packet, now);
            }
        }
    }

    /// Hears that frame `i` of the VM has not reached the LAN: who might object was not asked.
    void unsent(FrameBatch frames, int i, long now) {
        if (packet.read(frames, i, 0)
                && packet.carries(PacketView.ICMP6)
                && packet.octet(packet.payload) == NeighbourCheck.SOLICITATION
                && packet.has(packet.payload, 24)) {
            neighbours.unasked(packet, now);
        }
    }

    /// Forgets what a VM that is gone had.
    void forget() {
        leases.clear();
        prefixes.clear();
        dhcp4.clear();
        dhcp6.clear();
    }

    /// Another number after each change of what the LAN has given the VM.
    int version() {
        return leases.version() + prefixes.version();
    }

    /// What the LAN has given the VM.
    Learnt learnt(@Nullable MacAddress address, long now) {
        return new Learnt(address, leases.list(now), prefixes.list(now));
    }

    /// Takes that up again, where the VM may still have it.
    void recall(Learnt learnt, long now) {
        if (snoops) {
            prefixes.recall(learnt.prefixes());
            leases.recall(learnt.leases(), now);
        }
    }

    /// What the VM may send from, but for those that follow from its hardware address.
    List<Lease> list(long now) {
        List<Lease> all = new ArrayList<>(own.list());
        all.addAll(leases.list(now));
        return all;
    }
}
