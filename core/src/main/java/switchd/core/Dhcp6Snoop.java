package switchd.core;

/// Reads DHCPv6 (RFC 8415) between a VM and the servers of the LAN, to know the VM's addresses.
/// Prefixes that are delegated to it are no addresses of its own.
///
/// Used by the loop's thread alone; nothing here allocates after construction.
final class Dhcp6Snoop {
    static final int SERVER = 547;
    static final int CLIENT = 546;

    private static final int UDP_BYTES = 8;
    private static final int OPTIONS = 4;
    private static final int ADVERTISE = 2;
    private static final int REPLY = 7;
    private static final int RELEASE = 8;
    private static final int DECLINE = 9;
    private static final int RECONFIGURE = 10;
    private static final int RELAY_FORWARD = 12;
    private static final int RELAY_REPLY = 13;
    private static final int CLIENT_ID = 1;
    private static final int IA_NA = 3;
    private static final int IA_TA = 4;
    private static final int IA_ADDRESS = 5;
    private static final int MOST_ID = 130;
    private static final long FOR_EVER = 0xffff_ffffL;
    private static final long SECOND = 1_000_000_000L;

    /// What to do with the addresses of a message.
    private enum Act {
        GRANT,
        CHECK,
        REMOVE
    }

    private final Leases leases;
    private final DhcpRequests requests = new DhcpRequests();

    Dhcp6Snoop(Leases leases) {
        this.leases = leases;
    }

    /// True where the packet, for a server's port, is a whole message.
    static boolean isWhole(PacketView packet) {
        return !packet.fragment && packet.has(packet.payload + UDP_BYTES, OPTIONS);
    }

    /// True where such a message is none of a client's.
    static boolean isServers(PacketView packet) {
        return switch (packet.octet(packet.payload + UDP_BYTES)) {
            case ADVERTISE, REPLY, RECONFIGURE, RELAY_FORWARD, RELAY_REPLY -> true;
            default -> false;
        };
    }

    /// Notes such a message of the VM.
    ///
    /// @return false where it gives back, or refuses, an address that is not the client's
    boolean request(PacketView packet, long now) {
        int at = packet.payload + UDP_BYTES;
        int type = packet.octet(at);
        long client = client(packet, packet.source);
        if (type == RELEASE || type == DECLINE) {
            if (!associations(packet, Act.CHECK, client, now)) {
                return false;
            }
            associations(packet, Act.REMOVE, client, now);
        }
        requests.note(packet.word(at) & 0xff_ffff, client, packet.vlan, now);
        return true;
    }

    /// Hears a message from a server of the LAN to a client.
    void answer(PacketView packet, long now) {
        int at = packet.payload + UDP_BYTES;
        if (packet.fragment || !packet.has(at, OPTIONS) || packet.octet(at) != REPLY) {
            return;
        }
        long client = client(packet, packet.destination);
        if (requests.has(packet.word(at) & 0xff_ffff, client, packet.vlan, now)) {
            associations(packet, Act.GRANT, client, now);
        }
    }

    void clear() {
        requests.clear();
    }

    /// A number for the client's hardware address and its identifier.
    private static long client(PacketView packet, long mac) {
        long hash = mac;
        int at = packet.payload + UDP_BYTES + OPTIONS;
        while (packet.has(at, 4) && packet.has(at + 4, packet.half(at + 2))) {
            int length = packet.half(at + 2);
            if (packet.half(at) == CLIENT_ID) {
                for (int i = 0; i < Math.min(length, MOST_ID); i++) {
                    hash = (hash ^ packet.octet(at + 4 + i)) * 0x100_0000_01b3L;
                }
                return hash;
            }
            at += 4 + length;
        }
        return hash;
    }

    /// @return false where an address is not the client's
    private boolean associations(PacketView packet, Act act, long client, long now) {
        boolean own = true;
        int at = packet.payload + UDP_BYTES + OPTIONS;
        while (packet.has(at, 4) && packet.has(at + 4, packet.half(at + 2))) {
            int length = packet.half(at + 2);
            int kind = packet.half(at);
            int head = kind == IA_NA ? 12 : kind == IA_TA ? 4 : length;
            own &= addresses(packet, at + 4 + head, at + 4 + length, act, client, now);
            at += 4 + length;
        }
        return own;
    }

    private boolean addresses(PacketView packet, int from, int to, Act act, long client, long now) {
        boolean own = true;
        int at = from;
        while (at <= to - 4 && packet.half(at + 2) <= to - at - 4) {
            int length = packet.half(at + 2);
            if (packet.half(at) == IA_ADDRESS && length >= 24) {
                own &= address(packet, at + 4, act, client, now);
            }
            at += 4 + length;
        }
        return own;
    }

    private boolean address(PacketView packet, int at, Act act, long client, long now) {
        long high = packet.number(at);
        long low = packet.number(at + 8);
        long seconds = packet.word(at + 20);
        if (act == Act.CHECK) {
            return leases.isOf(packet.vlan, high, low, client);
        }
        if (act == Act.REMOVE || seconds == 0) {
            leases.remove(packet.vlan, high, low);
        } else if (NeighbourCheck.isGlobal(high)) {
            long expiry = seconds == FOR_EVER ? Lease.NEVER : now + seconds * SECOND;
            leases.grant(packet.vlan, high, low, Lease.Source.DHCP6, expiry, client, now);
        }
        return true;
    }
}
