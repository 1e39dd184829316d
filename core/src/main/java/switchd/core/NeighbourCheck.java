package switchd.core;

/// Checks what a VM says in neighbour discovery (RFC 4861), and how it comes to addresses that it
/// makes itself: as in RFC 6620, whoever asks first whether an address is free has it, unless
/// somebody objects.
///
/// Used by the loop's thread alone; nothing here allocates after construction.
final class NeighbourCheck {
    static final int ROUTER_SOLICITATION = 133;
    static final int ROUTER_ADVERTISEMENT = 134;
    static final int SOLICITATION = 135;
    static final int ADVERTISEMENT = 136;
    static final int REDIRECT = 137;

    static final long LINK_LOCAL = 0xfe80_0000_0000_0000L;

    private static final int HOP_LIMIT = 255;

    /// What every link that carries IPv6 carries whole (RFC 8200).
    private static final int LEAST_MTU = 1280;

    private static final int SOURCE_ADDRESS = 1;
    private static final int TARGET_ADDRESS = 2;
    private static final long GROUP_HIGH = 0xff02_0000_0000_0000L;
    private static final long GROUP_LOW = 0x0000_0001_ff00_0000L;
    private static final long GROUP_MAC = 0x3333_ff00_0000L;

    private final Leases leases;
    private final Prefixes prefixes;

    NeighbourCheck(Leases leases, Prefixes prefixes) {
        this.leases = leases;
        this.prefixes = prefixes;
    }

    /// True for addresses below 2000::/3 and fc00::/7.
    static boolean isGlobal(long high) {
        return high >>> 61 == 1 || high >>> 57 == 0x7e;
    }

    /// The interface's part of the address that follows from a hardware address (RFC 4291).
    static long modified(long mac) {
        return (((mac >>> 24) << 40) | 0xff_fe00_0000L | (mac & 0xff_ffffL))
                ^ 0x0200_0000_0000_0000L;
    }

    /// The hardware address from which an address follows; -1 where it follows from none.
    static long hardware(long low) {
        long bits = low ^ 0x0200_0000_0000_0000L;
        boolean follows = (bits >>> 24 & 0xffff) == 0xfffe;
        return follows ? bits >>> 40 << 24 | (bits & 0xff_ffffL) : -1;
    }

    static boolean isNeighbour(int type) {
        return type == ROUTER_SOLICITATION || type == SOLICITATION || type == ADVERTISEMENT;
    }

    /// True where the packet has the form that a receiver demands, and names no hardware address
    /// but that of the frame.
    boolean isSound(PacketView packet) {
        int at = packet.payload;
        int head = packet.octet(at) == ROUTER_SOLICITATION ? 8 : 24;
        if (packet.fragment
                || packet.octet(packet.at + 7) != HOP_LIMIT
                || packet.octet(at + 1) != 0
                || !packet.has(at, head)) {
            return false;
        }
        at += head;
        while (packet.has(at, 2)) {
            int kind = packet.octet(at);
            int length = packet.octet(at + 1) * 8;
            if (length == 0 || !packet.has(at, length)) {
                return false;
            }
            boolean names = kind == SOURCE_ADDRESS || kind == TARGET_ADDRESS;
            if (names && (length != 8 || packet.mac(at + 2) != packet.source)) {
                return false;
            }
            at += length;
        }
        return at == packet.end;
    }

    /// The VM asks whether the target is free.
    ///
    /// @return false where it may not have that address, or where it asks so that nobody would hear
    boolean claim(PacketView packet, long now) {
        long high = packet.number(packet.payload + 8);
        long low = packet.number(packet.payload + 16);
        boolean local = high == LINK_LOCAL;
        long until = local ? Lease.NEVER : prefixes.until(packet.vlan, high, now);
        if (until <= now || !isHeard(packet, low)) {
            return false;
        }
        Lease.Source source = local ? Lease.Source.LINK_LOCAL : Lease.Source.SLAAC;
        leases.claim(packet.vlan, high, low, source, until, now);
        return true;
    }

    /// True where everybody who has the target gets the question and answers it.
    private static boolean isHeard(PacketView packet, long low) {
        long end = low & 0xff_ffffL;
        return !packet.extended
                && !packet.prioritised
                && packet.trailer == 0
                && packet.end - packet.at <= LEAST_MTU
                && packet.destination == (GROUP_MAC | end)
                && packet.number(packet.at + 24) == GROUP_HIGH
                && packet.number(packet.at + 32) == (GROUP_LOW | end)
                && hasChecksum(packet)
                && !namesSource(packet);
    }

    /// Receivers drop a question from `::` with the sender's address in it.
    private static boolean namesSource(PacketView packet) {
        for (int at = packet.payload + 24; at < packet.end; at += packet.octet(at + 1) * 8) {
            if (packet.octet(at) == SOURCE_ADDRESS) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasChecksum(PacketView packet) {
        long sum = (long) packet.end - packet.payload + PacketView.ICMP6;
        for (int at = packet.at + 8; at < packet.at + 40; at += 2) {
            sum += packet.half(at);
        }
        for (int at = packet.payload; at < packet.end - 1; at += 2) {
            sum += packet.half(at);
        }
        // All lengths of neighbour discovery are even.
        sum = (sum >>> 16) + (sum & 0xffff);
        return (((sum >>> 16) + sum) & 0xffff) == 0xffff;
    }

    /// Hears another station's neighbour discovery: an address that it has, or asks for, is not the
    /// VM's to make. In which VLAN it says so does not matter: the LAN may have put it into
    /// another.
    void hear(PacketView packet, long now) {
        int type = packet.octet(packet.payload);
        boolean probe = type == SOLICITATION && packet.high == 0 && packet.low == 0;
        if ((type == ADVERTISEMENT || probe) && packet.has(packet.payload, 24)) {
            long high = packet.number(packet.payload + 8);
            long low = packet.number(packet.payload + 16);
            leases.contest(high, low, type == ADVERTISEMENT, now);
        }
    }

    /// A question of the VM was not heard.
    void unasked(PacketView packet, long now) {
        long high = packet.number(packet.payload + 8);
        long low = packet.number(packet.payload + 16);
        leases.contest(high, low, false, now);
    }
}
