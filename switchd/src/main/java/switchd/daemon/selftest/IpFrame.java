package switchd.daemon.selftest;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import switchd.core.MacAddress;

/// The few IPv4 frames by which a host's stack is asked whether it is there: ARP (RFC 826) and ICMP
/// echo (RFC 792). Addresses are numbers, the first octet in the highest bits.
final class IpFrame {
    static final int HEADER = 14;

    private static final int ARP = 0x0806;
    private static final int IPV4 = 0x0800;
    private static final int ARP_BYTES = 28;
    private static final int ARP_REQUEST = 1;
    private static final int ARP_REPLY = 2;
    private static final int IPV4_BYTES = 20;
    private static final int ICMP = 1;
    private static final int ICMP_BYTES = 8;
    private static final int ECHO_REQUEST = 8;
    private static final int TIME_TO_LIVE = 64;
    private static final int IDENTIFIER = 0x5e1f;

    private IpFrame() {}

    /// Who has `target`?
    static byte[] arpRequest(MacAddress from, int sender, int target) {
        ByteBuffer frame = ethernet(TestFrame.BROADCAST, from, ARP, ARP_BYTES);
        return arp(frame, ARP_REQUEST, from, sender, new MacAddress(0), target);
    }

    /// The answer to an ARP request for `self`; null where `frame` is none.
    static byte @Nullable [] arpReply(byte[] frame, MacAddress mac, int self) {
        ByteBuffer in = ByteBuffer.wrap(frame);
        if (!isArp(in, ARP_REQUEST) || in.getInt(HEADER + 24) != self) {
            return null;
        }
        MacAddress to = mac(in, HEADER + 8);
        ByteBuffer out = ethernet(to, mac, ARP, ARP_BYTES);
        return arp(out, ARP_REPLY, mac, self, to, in.getInt(HEADER + 14));
    }

    /// The address by which `frame` says that it has `target`; null where it does not say so.
    static @Nullable MacAddress arpAnswer(byte[] frame, int target) {
        ByteBuffer in = ByteBuffer.wrap(frame);
        boolean answers = isArp(in, ARP_REPLY) && in.getInt(HEADER + 14) == target;
        return answers ? mac(in, HEADER + 8) : null;
    }

    private static boolean isArp(ByteBuffer frame, int operation) {
        return frame.limit() >= HEADER + ARP_BYTES
                && Short.toUnsignedInt(frame.getShort(12)) == ARP
                && frame.getShort(HEADER + 6) == operation;
    }

    private static byte[] arp(
            ByteBuffer frame,
            int operation,
            MacAddress sender,
            int senderIp,
            MacAddress target,
            int targetIp) {
        frame.putShort((short) 1).putShort((short) IPV4).put((byte) 6).put((byte) 4);
        TestFrame.put(frame.putShort((short) operation), sender).putInt(senderIp);
        return octets(TestFrame.put(frame, target).putInt(targetIp));
    }

    /// A ping in a frame of `length` bytes.
    static byte[] echoRequest(
            MacAddress to, MacAddress from, int target, int sender, int sequence, int length) {
        ByteBuffer frame = ethernet(to, from, IPV4, length - HEADER);
        frame.put((byte) 0x45).put((byte) 0).putShort((short) (length - HEADER)).putInt(0);
        frame.put((byte) TIME_TO_LIVE).put((byte) ICMP).putShort((short) 0);
        frame.putInt(sender).putInt(target);
        frame.putShort(HEADER + 10, checksum(frame, HEADER, IPV4_BYTES));
        int icmp = HEADER + IPV4_BYTES;
        frame.put((byte) ECHO_REQUEST).put((byte) 0).putShort((short) 0);
        frame.putShort((short) IDENTIFIER).putShort((short) sequence);
        while (frame.hasRemaining()) {
            frame.put((byte) frame.position());
        }
        frame.putShort(icmp + 2, checksum(frame, icmp, length - icmp));
        return octets(frame);
    }

    /// True where `frame` answers `request`, with all its data.
    static boolean isEchoReply(byte[] frame, byte[] request) {
        ByteBuffer in = ByteBuffer.wrap(frame);
        ByteBuffer asked = ByteBuffer.wrap(request);
        int data = HEADER + IPV4_BYTES + ICMP_BYTES - 4; // from the identifier on
        return in.limit() == asked.limit()
                && Short.toUnsignedInt(in.getShort(12)) == IPV4
                && in.get(HEADER + 9) == ICMP
                && in.get(HEADER + IPV4_BYTES) == 0
                && in.getInt(HEADER + 12) == asked.getInt(HEADER + 16)
                && in.slice(data, in.limit() - data)
                        .equals(asked.slice(data, asked.limit() - data));
    }

    /// As `198.18.0.1`.
    static String text(int address) {
        return "%d.%d.%d.%d"
                .formatted(
                        address >>> 24,
                        address >>> 16 & 0xff,
                        address >>> 8 & 0xff,
                        address & 0xff);
    }

    private static ByteBuffer ethernet(MacAddress to, MacAddress from, int type, int payload) {
        ByteBuffer frame = ByteBuffer.allocate(HEADER + payload);
        return TestFrame.put(TestFrame.put(frame, to), from).putShort((short) type);
    }

    private static byte[] octets(ByteBuffer frame) {
        byte[] octets = new byte[frame.capacity()];
        frame.get(0, octets);
        return octets;
    }

    private static MacAddress mac(ByteBuffer frame, int at) {
        long high = Short.toUnsignedLong(frame.getShort(at));
        return new MacAddress(high << 32 | Integer.toUnsignedLong(frame.getInt(at + 2)));
    }

    private static short checksum(ByteBuffer data, int from, int length) {
        int sum = 0;
        for (int i = 0; i < length; i++) {
            int octet = Byte.toUnsignedInt(data.get(from + i));
            sum += (i & 1) == 0 ? octet << 8 : octet;
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return (short) ~sum;
    }
}
