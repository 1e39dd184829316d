package switchd.daemon.demo;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import switchd.core.MacAddress;

/// Builds the few kinds of frames that a guest needs to be seen and to see others: ARP (RFC 826),
/// ICMP echo (RFC 792), ICMPv6 echo (RFC 4443), neighbour discovery (RFC 4861), UDP (RFC 768).
final class Packets {
    static final int ETHERTYPE_IPV4 = 0x0800;
    static final int ETHERTYPE_ARP = 0x0806;
    static final int ETHERTYPE_IPV6 = 0x86dd;
    static final int ARP_REQUEST = 1;
    static final int ARP_REPLY = 2;
    static final int ICMP = 1;
    static final int UDP = 17;
    static final int ICMPV6 = 58;
    static final int ECHO_REPLY = 0;
    static final int ECHO_REQUEST = 8;
    static final int ECHO_REQUEST_V6 = 128;
    static final int ECHO_REPLY_V6 = 129;
    static final int NEIGHBOR_SOLICITATION = 135;
    static final int NEIGHBOR_ADVERTISEMENT = 136;
    static final int ETHERNET_HEADER = 14;
    static final int IPV4_HEADER = 20;
    static final int IPV6_HEADER = 40;
    static final MacAddress BROADCAST = new MacAddress(0xffff_ffff_ffffL);

    private static final int HOP_LIMIT = 255;
    private static final int LINK_LAYER_ADDRESS = 8; // a neighbour discovery option, in bytes
    private static final int SOLICITED_AND_OVERRIDE = 0x6000_0000;

    private Packets() {}

    static byte[] ethernet(MacAddress to, MacAddress from, int type, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(ETHERNET_HEADER + payload.length);
        put(frame, to).putShort((short) (from.value() >>> 32)).putInt((int) from.value());
        return frame.putShort((short) type).put(payload).array();
    }

    static byte[] arp(
            int operation,
            MacAddress sender,
            InetAddress senderIp,
            MacAddress target,
            InetAddress targetIp) {
        ByteBuffer packet = ByteBuffer.allocate(28);
        packet.putShort((short) 1).putShort((short) ETHERTYPE_IPV4);
        packet.put((byte) 6).put((byte) 4).putShort((short) operation);
        put(packet, sender).put(senderIp.getAddress());
        return put(packet, target).put(targetIp.getAddress()).array();
    }

    /// An IPv4 or IPv6 packet, whichever the addresses are.
    static byte[] ip(int protocol, InetAddress from, InetAddress to, byte[] payload) {
        byte[] source = from.getAddress();
        if (source.length == 4) {
            ByteBuffer packet = ByteBuffer.allocate(IPV4_HEADER + payload.length);
            packet.put((byte) 0x45).put((byte) 0).putShort((short) packet.capacity());
            packet.putInt(0).put((byte) HOP_LIMIT).put((byte) protocol).putShort((short) 0);
            packet.put(source).put(to.getAddress());
            packet.putShort(10, checksum(packet.array(), IPV4_HEADER, 0));
            return packet.put(payload).array();
        }
        ByteBuffer packet = ByteBuffer.allocate(IPV6_HEADER + payload.length);
        packet.putInt(0x6000_0000).putShort((short) payload.length);
        packet.put((byte) protocol).put((byte) HOP_LIMIT);
        return packet.put(source).put(to.getAddress()).put(payload).array();
    }

    /// An echo message of either kind; ICMPv6 counts the addresses into its checksum.
    static byte[] echo(
            boolean request, InetAddress from, InetAddress to, int sequence, byte[] data) {
        boolean v6 = from.getAddress().length != 4;
        ByteBuffer message = ByteBuffer.allocate(8 + data.length);
        int type = request ? ECHO_REQUEST : ECHO_REPLY;
        int typeV6 = request ? ECHO_REQUEST_V6 : ECHO_REPLY_V6;
        message.put((byte) (v6 ? typeV6 : type)).put((byte) 0).putShort((short) 0);
        message.putInt(sequence).put(data);
        return v6 ? icmpV6(message.array(), from, to) : withChecksum(message.array(), 0);
    }

    static byte[] neighborSolicitation(MacAddress mac, InetAddress from, InetAddress target) {
        ByteBuffer message = ByteBuffer.allocate(24 + LINK_LAYER_ADDRESS);
        message.put((byte) NEIGHBOR_SOLICITATION).put((byte) 0).putShort((short) 0).putInt(0);
        message.put(target.getAddress()).put((byte) 1).put((byte) 1);
        put(message, mac);
        return icmpV6(message.array(), from, Addresses.solicitedNode(target));
    }

    static byte[] neighborAdvertisement(MacAddress mac, InetAddress from, InetAddress to) {
        ByteBuffer message = ByteBuffer.allocate(24 + LINK_LAYER_ADDRESS);
        message.put((byte) NEIGHBOR_ADVERTISEMENT).put((byte) 0).putShort((short) 0);
        message.putInt(SOLICITED_AND_OVERRIDE).put(from.getAddress());
        message.put((byte) 2).put((byte) 1);
        put(message, mac);
        return icmpV6(message.array(), from, to);
    }

    /// A UDP datagram without a checksum, which IPv4 allows.
    static byte[] udp(int fromPort, int toPort, byte[] data) {
        ByteBuffer datagram = ByteBuffer.allocate(8 + data.length);
        datagram.putShort((short) fromPort).putShort((short) toPort);
        return datagram.putShort((short) datagram.capacity()).putShort((short) 0).put(data).array();
    }

    static MacAddress mac(ByteBuffer frame, int at) {
        long high = Short.toUnsignedLong(frame.getShort(at));
        return new MacAddress(high << 32 | Integer.toUnsignedLong(frame.getInt(at + 2)));
    }

    private static byte[] icmpV6(byte[] message, InetAddress from, InetAddress to) {
        long pseudoHeader =
                sum(from.getAddress(), 16) + sum(to.getAddress(), 16) + message.length + ICMPV6;
        return withChecksum(message, pseudoHeader);
    }

    private static byte[] withChecksum(byte[] message, long pseudoHeader) {
        ByteBuffer.wrap(message).putShort(2, checksum(message, message.length, pseudoHeader));
        return message;
    }

    private static short checksum(byte[] data, int length, long initial) {
        long total = initial + sum(data, length);
        while (total >>> 16 != 0) {
            total = (total & 0xffff) + (total >>> 16);
        }
        return (short) ~total;
    }

    private static long sum(byte[] data, int length) {
        long total = 0;
        for (int i = 0; i < length; i++) {
            int octet = Byte.toUnsignedInt(data[i]);
            total += (i & 1) == 0 ? octet << 8 : octet;
        }
        return total;
    }

    private static ByteBuffer put(ByteBuffer buffer, MacAddress mac) {
        return buffer.putShort((short) (mac.value() >>> 32)).putInt((int) mac.value());
    }
}
