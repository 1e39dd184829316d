package switchd.daemon.packet;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import switchd.core.IpAddress;

/// A packet in one line, in the words that tcpdump and its readers use.
public final class PacketText {
    private static final String[] DHCP6 = {
        "?",
        "SOLICIT",
        "ADVERTISE",
        "REQUEST",
        "CONFIRM",
        "RENEW",
        "REBIND",
        "REPLY",
        "RELEASE",
        "DECLINE",
        "RECONFIGURE",
        "INFORMATION-REQUEST",
        "RELAY-FORW",
        "RELAY-REPL"
    };
    private static final String[] FLAGS = {"F", "S", "R", "P", ".", "U", "E", "W"};

    private PacketText() {}

    /// The line.
    ///
    /// @param packet null where the frame has not even a header
    public static String of(@Nullable Packet packet) {
        if (packet == null) {
            return "shorter than an Ethernet header";
        }
        String vlan = packet.vlan() == null ? "" : "vlan " + packet.vlan() + ", ";
        return packet.source()
                + " > "
                + (packet.destination().value() == 0xffff_ffff_ffffL
                        ? "broadcast"
                        : packet.destination().toString())
                + ", "
                + vlan
                + of(packet.type(), packet.payload());
    }

    private static String of(int type, Payload payload) {
        return switch (payload) {
            case Payload.Arp arp -> arp(arp);
            case Payload.Ip(IpAddress source, IpAddress destination, Transport.Udp udp) ->
                    ip(source) + addresses(source, udp.from(), destination, udp.to()) + udp(udp);
            case Payload.Ip(IpAddress source, IpAddress destination, Transport.Tcp tcp) ->
                    ip(source) + addresses(source, tcp.from(), destination, tcp.to()) + tcp(tcp);
            case Payload.Ip(IpAddress source, IpAddress destination, Transport transport) ->
                    ip(source) + source + " > " + destination + ": " + other(transport);
            case Payload.Cut _ -> name(type) + " (cut)";
            case Payload.Other _ -> name(type);
        };
    }

    private static String name(int type) {
        return switch (type) {
            case 0x0800 -> "IPv4";
            case 0x0806 -> "ARP";
            case 0x86dd -> "IPv6";
            case 0x88cc -> "LLDP";
            case 0x888e -> "EAPOL";
            default -> type < 0x600 ? "802.3, length " + type : "type 0x%04x".formatted(type);
        };
    }

    private static String arp(Payload.Arp arp) {
        if (!arp.isRequest()) {
            return arp.operation() == 2
                    ? "ARP " + arp.sender() + " is at " + arp.senderMac()
                    : "ARP operation " + arp.operation();
        }
        if (arp.sender().equals(arp.target())) {
            return "ARP " + arp.sender() + " is at " + arp.senderMac() + " (announced)";
        }
        return "ARP who has " + arp.target() + "? tell " + arp.sender();
    }

    private static String ip(IpAddress address) {
        return address.six() ? "IPv6 " : "IPv4 ";
    }

    private static String addresses(IpAddress from, int fromPort, IpAddress to, int toPort) {
        return endpoint(from, fromPort) + " > " + endpoint(to, toPort) + ": ";
    }

    private static String endpoint(IpAddress address, int port) {
        return (address.six() ? "[" + address + "]" : address.toString()) + ":" + port;
    }

    private static String udp(Transport.Udp udp) {
        return switch (udp.message()) {
            case null -> "UDP " + udp.length() + " bytes";
            case Message.Dhcp dhcp -> dhcp(dhcp);
            case Message.Dhcp6 dhcp6 -> dhcp6(dhcp6.type());
        };
    }

    /// As `DHCP OFFER 10.0.0.7 for 52:54:00:12:34:56 by 10.0.0.1`.
    static String dhcp(Message.Dhcp dhcp) {
        List<String> words = new ArrayList<>(List.of("DHCP", dhcp.type().name()));
        if (!dhcp.yours().isUnspecified()) {
            words.add(dhcp.yours().toString());
        } else if (dhcp.requested() != null) {
            words.add(dhcp.requested().toString());
        }
        words.add("for");
        words.add(dhcp.client().toString());
        if (dhcp.server() != null) {
            words.add("by");
            words.add(dhcp.server().toString());
        }
        if (dhcp.text() != null) {
            words.add("(" + dhcp.text() + ")");
        }
        return String.join(" ", words);
    }

    private static String dhcp6(int type) {
        return "DHCPv6 " + (type < DHCP6.length ? DHCP6[type] : "type " + type);
    }

    private static String tcp(Transport.Tcp tcp) {
        StringBuilder flags = new StringBuilder();
        for (int i = 0; i < FLAGS.length; i++) {
            flags.append((tcp.flags() >> i & 1) == 1 ? FLAGS[i] : "");
        }
        return "TCP [" + flags + "] " + tcp.length() + " bytes";
    }

    private static String other(Transport transport) {
        return switch (transport) {
            case Transport.Icmp icmp -> icmp(icmp);
            case Transport.Icmp6(int type, int code, Neighbour neighbour) ->
                    neighbour == null ? icmp6(type, code) : neighbour(neighbour);
            case Transport.Fragment(int protocol, int offset) ->
                    protocol(protocol) + " fragment at " + offset;
            case Transport.Cut(int protocol) -> protocol(protocol) + " (cut)";
            case Transport.Other(int protocol) -> protocol(protocol);
            case Transport.Udp _, Transport.Tcp _ -> throw new IllegalStateException("has ports");
        };
    }

    private static String protocol(int number) {
        return switch (number) {
            case Transport.ICMP -> "ICMP";
            case 2 -> "IGMP";
            case Transport.TCP -> "TCP";
            case Transport.UDP -> "UDP";
            case 50 -> "ESP";
            case Transport.ICMP6 -> "ICMPv6";
            default -> "protocol " + number;
        };
    }

    private static String icmp(Transport.Icmp icmp) {
        return switch (icmp.type()) {
            case 0 -> "ICMP echo reply, id " + icmp.id() + ", seq " + icmp.sequence();
            case 8 -> "ICMP echo request, id " + icmp.id() + ", seq " + icmp.sequence();
            case 3 -> "ICMP unreachable, code " + icmp.code();
            case 11 -> "ICMP time exceeded";
            default -> "ICMP type " + icmp.type() + ", code " + icmp.code();
        };
    }

    private static String icmp6(int type, int code) {
        return switch (type) {
            case 1 -> "ICMPv6 unreachable, code " + code;
            case 2 -> "ICMPv6 packet too big";
            case 128 -> "ICMPv6 echo request";
            case 129 -> "ICMPv6 echo reply";
            case 143 -> "ICMPv6 multicast listener report";
            default -> "ICMPv6 type " + type + ", code " + code;
        };
    }

    private static String neighbour(Neighbour neighbour) {
        return switch (neighbour) {
            case Neighbour.RouterSolicitation _ -> "router solicitation";
            case Neighbour.RouterAdvertisement advertisement -> {
                StringJoiner text = new StringJoiner(", ");
                text.add("router advertisement").add("lifetime " + advertisement.lifetime() + " s");
                if (advertisement.prefix() != null) {
                    text.add(advertisement.prefix() + "/" + advertisement.prefixLength());
                }
                yield text.toString();
            }
            case Neighbour.NeighbourSolicitation(IpAddress target) ->
                    "neighbour solicitation: who has " + target + "?";
            case Neighbour.NeighbourAdvertisement(IpAddress target) ->
                    "neighbour advertisement: " + target + " is here";
        };
    }
}
