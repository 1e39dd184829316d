package switchd.core.testkit;

import java.nio.ByteBuffer;
import java.util.Arrays;
import switchd.core.IpAddress;
import switchd.core.MacAddress;

/// Frames with packets in them, as kernels and servers make them.
public final class Packets {
    private static final int ICMP6 = 58;
    private static final int UDP = 17;
    private static final MacAddress BROADCAST = Frames.BROADCAST;

    private Packets() {}

    /// A frame of any type.
    public static byte[] frame(MacAddress to, MacAddress from, int type, byte... payload) {
        ByteBuffer frame = ByteBuffer.allocate(14 + payload.length);
        frame.putLong(0, to.value() << 16).putLong(6, from.value() << 16);
        return frame.putShort(12, (short) type).put(14, payload).array();
    }

    /// An ARP packet of one station to all.
    ///
    /// @param operation 1 asks, 2 answers
    public static byte[] arp(MacAddress from, int operation, String sender, String target) {
        ByteBuffer arp = ByteBuffer.allocate(28);
        arp.putInt(0x0001_0800).putShort((short) 0x0604).putShort((short) operation);
        arp.put(octets(from)).put(octets(sender)).put(new byte[6]).put(octets(target));
        return frame(BROADCAST, from, 0x0806, arp.array());
    }

    /// An IPv4 packet.
    ///
    /// @param split flags and offset of a fragment; 0 where it is none
    public static byte[] four(
            MacAddress to,
            MacAddress from,
            String source,
            String target,
            int protocol,
            int split,
            byte... payload) {
        ByteBuffer ip = ByteBuffer.allocate(20 + payload.length);
        ip.put((byte) 0x45).put((byte) 0).putShort((short) ip.capacity()).putShort((short) 1);
        ip.putShort((short) split).put((byte) 64).put((byte) protocol).putShort((short) 0);
        ip.put(octets(source)).put(octets(target)).put(payload);
        long sum = 0;
        for (int i = 0; i < 20; i += 2) {
            sum += Short.toUnsignedInt(ip.getShort(i));
        }
        ip.putShort(10, (short) ~((sum >>> 16) + (sum & 0xffff))); // bridges with netfilter look
        return frame(to, from, 0x0800, ip.array());
    }

    /// A UDP datagram.
    public static byte[] udp(int from, int to, byte... payload) {
        ByteBuffer udp = ByteBuffer.allocate(8 + payload.length);
        udp.putShort((short) from).putShort((short) to).putShort((short) udp.capacity());
        return udp.putShort((short) 0).put(payload).array();
    }

    /// A DHCP message.
    ///
    /// @param operation 1 for a client's, 2 for a server's
    /// @param type 1 DISCOVER, 2 OFFER, 3 REQUEST, 4 DECLINE, 5 ACK, 7 RELEASE
    /// @param has the client's address
    /// @param gets the address that a server gives
    public static byte[] dhcp(
            int operation,
            int type,
            int xid,
            MacAddress client,
            String has,
            String gets,
            int seconds) {
        ByteBuffer dhcp = ByteBuffer.allocate(300);
        dhcp.put(0, (byte) operation).putShort(1, (short) 0x0106).putInt(4, xid);
        dhcp.put(12, octets(has)).put(16, octets(gets)).put(28, octets(client));
        dhcp.putInt(236, 0x6382_5363).put(240, new byte[] {0, 53, 1, (byte) type, 51, 4});
        dhcp.putInt(246, seconds).put(250, (byte) 255);
        return dhcp.array();
    }

    /// An IPv6 packet.
    ///
    /// @param next the first header in the payload
    public static byte[] six(
            MacAddress to,
            MacAddress from,
            String source,
            String target,
            int next,
            int hops,
            byte... payload) {
        ByteBuffer ip = ByteBuffer.allocate(40 + payload.length);
        ip.putInt(0x6000_0000).putShort((short) payload.length).put((byte) next).put((byte) hops);
        ip.put(octets(source)).put(octets(target)).put(payload);
        return frame(to, from, 0x86dd, ip.array());
    }

    /// An IPv6 packet of UDP.
    public static byte[] udp6(
            MacAddress to, MacAddress from, String source, String target, byte[] udp) {
        return six(to, from, source, target, UDP, 64, udp);
    }

    /// An ICMPv6 packet with hop limit 255 and a right checksum.
    public static byte[] icmp6(
            MacAddress to, MacAddress from, String source, String target, byte... message) {
        byte[] frame = six(to, from, source, target, ICMP6, 255, message);
        long sum = (long) message.length + ICMP6;
        for (int i = 22; i < frame.length; i += 2) {
            sum += Byte.toUnsignedInt(frame[i]) << 8;
            sum += i + 1 < frame.length ? Byte.toUnsignedInt(frame[i + 1]) : 0;
        }
        sum = (sum >>> 16) + (sum & 0xffff);
        sum = (sum >>> 16) + (sum & 0xffff);
        ByteBuffer.wrap(frame).putShort(56, (short) ~sum);
        return frame;
    }

    /// A message of neighbour discovery.
    ///
    /// @param type 135 asks, 136 answers
    public static byte[] neighbour(int type, String target, byte... options) {
        ByteBuffer message = ByteBuffer.allocate(24 + options.length).put(0, (byte) type);
        return message.put(8, octets(target)).put(24, options).array();
    }

    /// An option of it: a hardware address.
    ///
    /// @param kind 1 the source's, 2 the target's
    public static byte[] link(int kind, MacAddress address) {
        return ByteBuffer.allocate(8)
                .put(0, new byte[] {(byte) kind, 1})
                .put(2, octets(address))
                .array();
    }

    /// The question whether an address is free, as RFC 4862 has it.
    public static byte[] probe(MacAddress from, String target) {
        byte[] address = octets(target);
        long end = ByteBuffer.wrap(address).getLong(8) & 0xff_ffff;
        String group = "ff02::1:ff%02x:%04x".formatted(end >>> 16, end & 0xffff);
        MacAddress to = new MacAddress(0x3333_ff00_0000L | end);
        return icmp6(to, from, "::", group, neighbour(135, target));
    }

    /// A router's advertisement of a prefix of 64 bits for addresses that stations make.
    public static byte[] router(MacAddress from, String prefix, int seconds) {
        ByteBuffer message = ByteBuffer.allocate(48).put(0, (byte) 134);
        message.put(16, new byte[] {3, 4, 64, (byte) 0xc0}).putInt(20, seconds);
        message.put(32, octets(prefix));
        MacAddress all = MacAddress.parse("33:33:0:0:0:1");
        return icmp6(all, from, "fe80::1", "ff02::1", message.array());
    }

    /// A DHCPv6 message with an address, or without.
    ///
    /// @param type 1 SOLICIT, 3 REQUEST, 7 REPLY, 8 RELEASE
    public static byte[] dhcp6(int type, int xid, int client, String address, int seconds) {
        ByteBuffer message = ByteBuffer.allocate(56);
        message.putInt(type << 24 | xid).putInt(0x0001_0004).putInt(client);
        message.putShort((short) 3).putShort((short) 40).putLong(1).putInt(0);
        message.putShort((short) 5).putShort((short) 24);
        message.put(octets(address)).putInt(seconds).putInt(seconds);
        return message.array();
    }

    /// One array after the other.
    public static byte[] join(byte[] one, byte... other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    private static byte[] octets(MacAddress address) {
        return Arrays.copyOfRange(ByteBuffer.allocate(8).putLong(address.value()).array(), 2, 8);
    }

    private static byte[] octets(String address) {
        IpAddress ip = IpAddress.parse(address);
        return ip.six()
                ? ByteBuffer.allocate(16).putLong(ip.high()).putLong(ip.low()).array()
                : ByteBuffer.allocate(4).putInt((int) ip.low()).array();
    }
}
