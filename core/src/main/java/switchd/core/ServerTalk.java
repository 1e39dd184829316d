package switchd.core;

/// Tells what only servers and routers say: a VM that says it could have the traffic of others come
/// its way, or keep it from them.
///
/// DHCP servers (RFC 2131, 8415) and routers (RFC 4861, 1256, 792) hand out addresses and ways.
/// Whoever asks for members of multicast groups (RFC 3376, 3810) with the lowest address is the one
/// that asks: all others fall silent, and switches pass on to a member what he was last asked for
/// in time. Who announces a multicast router (RFC 4286) is sent all groups.
///
/// Used by the loop's thread alone; nothing here allocates.
final class ServerTalk {
    private static final int ICMP_REDIRECT = 5;
    private static final int ICMP_ROUTER = 9;
    private static final int IGMP_QUERY = 0x11;
    private static final int IGMP_ROUTER = 0x30;
    private static final int IGMP_ROUTER_ENDS = 0x32;
    private static final int MLD_QUERY = 130;
    private static final int MLD_ROUTER = 151;
    private static final int MLD_ROUTER_ENDS = 153;

    private ServerTalk() {}

    /// True where an IPv4 packet is of that kind.
    static boolean isFour(PacketView packet) {
        if (packet.payload == PacketView.NOWHERE) {
            return false;
        }
        int type = packet.payload < packet.end ? packet.octet(packet.payload) : -1;
        return switch (packet.protocol) {
            case PacketView.ICMP -> type == ICMP_REDIRECT || type == ICMP_ROUTER;
            case PacketView.IGMP ->
                    type == IGMP_QUERY || type == IGMP_ROUTER || type == IGMP_ROUTER_ENDS;
            case PacketView.UDP -> isDhcp(packet, Dhcp4Snoop.SERVER, Dhcp4Snoop.CLIENT);
            default -> false;
        };
    }

    /// True where an IPv6 packet is of that kind.
    static boolean isSix(PacketView packet) {
        if (packet.payload == PacketView.NOWHERE) {
            return false;
        }
        if (packet.protocol == PacketView.UDP) {
            return isDhcp(packet, Dhcp6Snoop.SERVER, Dhcp6Snoop.CLIENT);
        }
        if (packet.protocol != PacketView.ICMP6) {
            return false;
        }
        return switch (packet.octet(packet.payload)) {
            case NeighbourCheck.ROUTER_ADVERTISEMENT, NeighbourCheck.REDIRECT -> true;
            case MLD_QUERY, MLD_ROUTER, MLD_ROUTER_ENDS -> true;
            default -> false;
        };
    }

    private static boolean isDhcp(PacketView packet, int server, int client) {
        return packet.half(packet.payload) == server || packet.half(packet.payload + 2) == client;
    }
}
