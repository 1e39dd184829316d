package switchd.daemon.lab;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/// Makes and reads Ethernet II frames: no preamble, no FCS, no padding (as guests send them).
/// Addresses are text (`02:00:00:00:00:01`, `10.77.0.1`, `fd77::1`).
public final class Frames {
    public static final int HEADER = 14;
    public static final int IPV4 = 0x0800;
    public static final int ARP = 0x0806;
    public static final int VLAN = 0x8100;
    public static final int IPV6 = 0x86dd;

    /// IEEE 802 local experimental: for payloads of the tests' own.
    public static final int EXPERIMENT = 0x88b5;

    public static final String BROADCAST = "ff:ff:ff:ff:ff:ff";

    private static final HexFormat MAC = HexFormat.ofDelimiter(":");

    private Frames() {}

    public static byte[] ethernet(String destination, String source, int type, byte... payload) {
        return ByteBuffer.allocate(HEADER + payload.length)
                .put(mac(destination))
                .put(mac(source))
                .putShort((short) type)
                .put(payload)
                .array();
    }

    /// A frame of `length` bytes altogether, at least 14, whose payload counts up.
    public static byte[] sized(String destination, String source, int length) {
        var payload = new byte[length - HEADER];
        for (int i = 0; i < payload.length; i++) {
            payload[i] = (byte) i;
        }
        return ethernet(destination, source, EXPERIMENT, payload);
    }

    /// The same frame with an 802.1Q tag.
    public static byte[] tagged(byte[] frame, int vlan) {
        return ByteBuffer.allocate(frame.length + 4)
                .put(frame, 0, 12)
                .putShort((short) VLAN)
                .putShort((short) vlan)
                .put(frame, 12, frame.length - 12)
                .array();
    }

    /// Who has `targetIp`? Tell `senderMac` at `senderIp`.
    public static byte[] arpRequest(String senderMac, String senderIp, String targetIp) {
        return ethernet(
                BROADCAST,
                senderMac,
                ARP,
                arp(1, senderMac, senderIp, "00:00:00:00:00:00", targetIp));
    }

    /// `senderIp` is at `senderMac`.
    public static byte[] arpReply(
            String senderMac, String senderIp, String targetMac, String targetIp) {
        return ethernet(
                targetMac, senderMac, ARP, arp(2, senderMac, senderIp, targetMac, targetIp));
    }

    private static byte[] arp(
            int operation, String senderMac, String senderIp, String targetMac, String targetIp) {
        return ByteBuffer.allocate(28)
                .putShort((short) 1) // Ethernet
                .putShort((short) IPV4)
                .put((byte) 6)
                .put((byte) 4)
                .putShort((short) operation)
                .put(mac(senderMac))
                .put(ip(senderIp))
                .put(mac(targetMac))
                .put(ip(targetIp))
                .array();
    }

    /// True for the answer to [#arpRequest] with the arguments swapped: `senderIp` tells its MAC.
    public static boolean isArpReply(byte[] frame, String senderIp) {
        return frame.length >= HEADER + 28
                && type(frame) == ARP
                && ByteBuffer.wrap(frame).getShort(HEADER + 6) == 2
                && matches(frame, HEADER + 14, ip(senderIp));
    }

    public static int type(byte[] frame) {
        return Short.toUnsignedInt(ByteBuffer.wrap(frame).getShort(12));
    }

    public static String destination(byte[] frame) {
        return MAC.formatHex(frame, 0, 6);
    }

    public static String source(byte[] frame) {
        return MAC.formatHex(frame, 6, 12);
    }

    /// True where `expected` stands in `frame` at `offset`.
    static boolean matches(byte[] frame, int offset, byte[] expected) {
        return frame.length >= offset + expected.length
                && ByteBuffer.wrap(expected)
                        .equals(ByteBuffer.wrap(frame, offset, expected.length));
    }

    static byte[] mac(String text) {
        return MAC.parseHex(text);
    }

    static byte[] ip(String text) {
        try {
            return InetAddress.ofLiteral(text).getAddress();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("no IP address: " + text, e);
        }
    }

    /// The Internet checksum (RFC 1071) of `bytes`; `start` is the sum of a pseudo header, or 0.
    static short checksum(int start, byte[] bytes) {
        int sum = start + sum(bytes);
        while (sum >> 16 != 0) {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        return (short) ~sum;
    }

    static int sum(byte[] bytes) {
        int sum = 0;
        for (int i = 0; i < bytes.length; i++) {
            sum += (bytes[i] & 0xff) << (i % 2 == 0 ? 8 : 0);
        }
        return sum;
    }
}
