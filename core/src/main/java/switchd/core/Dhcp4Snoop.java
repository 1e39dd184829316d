package switchd.core;

/// Reads DHCP (RFC 2131) between a VM and the servers of the LAN, to know the VM's leases.
///
/// Used by the loop's thread alone; nothing here allocates after construction.
final class Dhcp4Snoop {
    static final int SERVER = 67;
    static final int CLIENT = 68;

    private static final int UDP_BYTES = 8;
    private static final int OPTIONS = 240;
    private static final long COOKIE = 0x6382_5363L;
    private static final int REQUEST = 1;
    private static final int REPLY = 2;
    private static final int ETHERNET = 0x0106; // type 1, six bytes

    private static final int END = 255;
    private static final int ASKED_ADDRESS = 50;
    private static final int LEASE_TIME = 51;
    private static final int OVERLOAD = 52;
    private static final int MESSAGE_TYPE = 53;
    private static final int CLIENT_ID = 61;
    private static final int RELAY = 82;
    private static final int OFFER = 2;
    private static final int ASK = 3;
    private static final int DECLINE = 4;
    private static final int ACK = 5;
    private static final int NAK = 6;
    private static final int RELEASE = 7;
    private static final long FOR_EVER = 0xffff_ffffL;
    private static final long SECOND = 1_000_000_000L;

    private final Leases leases;
    private final DhcpRequests requests = new DhcpRequests();
    private long offered;
    private long offeredUntil = Long.MIN_VALUE;

    Dhcp4Snoop(Leases leases) {
        this.leases = leases;
    }

    /// True where the packet, for a server's port, is a whole message of the station that sends it:
    /// no relay's, and with all options where they are looked for here.
    boolean isOwnRequest(PacketView packet) {
        int at = packet.payload + UDP_BYTES;
        return isMessage(packet, REQUEST)
                && packet.mac(at + 28) == packet.source
                && packet.word(at + 24) == 0
                && find(packet, RELAY) == 0
                && find(packet, OVERLOAD) == 0
                && hasOwnId(packet);
    }

    /// Servers know clients by an identifier, and by hardware addresses only where there is none.
    private static boolean hasOwnId(PacketView packet) {
        int id = find(packet, CLIENT_ID);
        boolean isAddress = id > 0 && packet.octet(id + 1) == 7 && packet.octet(id + 2) == 1;
        return !isAddress || packet.mac(id + 3) == packet.source;
    }

    /// The address that such a message gives back, or refuses; -1 where it does neither.
    long givenUp(PacketView packet) {
        return switch (messageType(packet)) {
            case RELEASE -> clientAddress(packet);
            case DECLINE -> {
                int asked = option(packet, ASKED_ADDRESS, Integer.BYTES);
                yield asked > 0 ? packet.word(asked) : 0;
            }
            default -> -1;
        };
    }

    /// True where such a message asks for an address, or to keep one.
    boolean isAsking(PacketView packet) {
        return messageType(packet) == ASK;
    }

    /// The address that the client of such a message says it has.
    long clientAddress(PacketView packet) {
        return packet.word(packet.payload + UDP_BYTES + 12);
    }

    /// Notes such a message.
    void request(PacketView packet, long now) {
        long gone = givenUp(packet);
        if (gone >= 0) {
            leases.remove(packet.vlan, Leases.IP4, gone);
        } else {
            long number = packet.word(packet.payload + UDP_BYTES + 4);
            requests.note(number, packet.source, packet.vlan, now);
        }
    }

    /// Hears a message from a server of the LAN to a client.
    void answer(PacketView packet, long now) {
        if (!isMessage(packet, REPLY)) {
            return;
        }
        int at = packet.payload + UDP_BYTES;
        if (!requests.has(packet.word(at + 4), packet.mac(at + 28), packet.vlan, now)) {
            return;
        }
        int type = messageType(packet);
        if (type == NAK) { // RFC 2131, 3.2: the client has no address then
            leases.remove(packet.vlan, Lease.Source.DHCP4);
        }
        long address = packet.word(at + 16);
        if (!isStation(address)) {
            return;
        }
        if (type == OFFER) {
            offered = address;
            offeredUntil = now + DhcpRequests.PATIENCE_NANOS;
            return;
        }
        int time = option(packet, LEASE_TIME, Integer.BYTES);
        if (type == ACK && time > 0) {
            long seconds = packet.word(time);
            long expiry = seconds == FOR_EVER ? Lease.NEVER : now + seconds * SECOND;
            leases.grant(packet.vlan, Leases.IP4, address, Lease.Source.DHCP4, expiry, now);
        }
    }

    /// True where a server has lately offered the address, so that the VM may ask whether it is
    /// free.
    boolean isOffered(long address, long now) {
        return address == offered && now < offeredUntil;
    }

    void clear() {
        requests.clear();
        offered = 0;
        offeredUntil = Long.MIN_VALUE;
    }

    /// As [IpAddress#isStation()], without an object.
    private static boolean isStation(long address) {
        long first = address >>> 24;
        return first != 0 && first != 127 && first < 224;
    }

    private static boolean isMessage(PacketView packet, int operation) {
        int at = packet.payload + UDP_BYTES;
        return !packet.fragment
                && packet.has(at, OPTIONS)
                && packet.octet(at) == operation
                && packet.half(at + 1) == ETHERNET
                && packet.word(at + 236) == COOKIE;
    }

    private static int messageType(PacketView packet) {
        int type = option(packet, MESSAGE_TYPE, 1);
        return type > 0 ? packet.octet(type) : 0;
    }

    /// Where the value of an option is; 0 where there is none of this length.
    private static int option(PacketView packet, int option, int length) {
        int at = find(packet, option);
        return at > 0 && packet.octet(at + 1) == length ? at + 2 : 0;
    }

    /// Where an option is; 0 where it is not there.
    private static int find(PacketView packet, int option) {
        int at = packet.payload + UDP_BYTES + OPTIONS;
        while (packet.has(at, 2) && packet.octet(at) != END) {
            if (packet.octet(at) == 0) {
                at++;
                continue;
            }
            int has = packet.octet(at + 1);
            if (!packet.has(at + 2, has)) {
                return 0;
            }
            if (packet.octet(at) == option) {
                return at;
            }
            at += 2 + has;
        }
        return 0;
    }
}
