package switchd.daemon.lab;

import static switchd.daemon.lab.Frames.HEADER;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// Makes and reads frames with ICMPv6: neighbour discovery (RFC 4861) and echo (RFC 4443).
public final class Ip6 {
    private static final int ICMP6 = 58;
    private static final int ECHO_REQUEST = 128;
    private static final int ECHO_REPLY = 129;
    private static final int SOLICITATION = 135;
    private static final int ADVERTISEMENT = 136;
    private static final int SOLICITED_OVERRIDE = 0x6000_0000;

    private Ip6() {}

    /// Who is at `target`? To its solicited-node multicast address.
    public static byte[] solicitation(Station from, String target) {
        byte[] address = Frames.ip(target);
        byte[] group = Frames.ip("ff02::1:ff00:0");
        System.arraycopy(address, 13, group, 13, 3);
        String mac = "33:33:ff:%02x:%02x:%02x".formatted(address[13], address[14], address[15]);
        return packet(from, mac, group, neighbour(SOLICITATION, 0, address, 1, from.mac()));
    }

    /// `from` is here: the answer to a solicitation of `to`.
    public static byte[] advertisement(Station from, Station to) {
        byte[] message =
                neighbour(ADVERTISEMENT, SOLICITED_OVERRIDE, Frames.ip(from.ip()), 2, from.mac());
        return packet(from, to.mac(), Frames.ip(to.ip()), message);
    }

    public static byte[] echoRequest(Station from, Station to, int id, int sequence, byte... data) {
        return echo(from, to, ECHO_REQUEST, id, sequence, data);
    }

    public static byte[] echoReply(Station from, Station to, int id, int sequence, byte... data) {
        return echo(from, to, ECHO_REPLY, id, sequence, data);
    }

    /// True for a neighbour solicitation that asks for `target`.
    public static boolean isSolicitation(byte[] frame, String target) {
        return isIcmp(frame, SOLICITATION) && Frames.matches(frame, HEADER + 48, Frames.ip(target));
    }

    /// True for a neighbour advertisement that tells where `target` is.
    public static boolean isAdvertisement(byte[] frame, String target) {
        return isIcmp(frame, ADVERTISEMENT)
                && Frames.matches(frame, HEADER + 48, Frames.ip(target));
    }

    /// True for the answer of `from` to an echo request with this `id` and `sequence`.
    public static boolean isEchoReply(byte[] frame, String from, int id, int sequence) {
        var expected = ByteBuffer.allocate(4).putShort((short) id).putShort((short) sequence);
        return isIcmp(frame, ECHO_REPLY)
                && Frames.matches(frame, HEADER + 8, Frames.ip(from))
                && Frames.matches(frame, HEADER + 44, expected.array());
    }

    private static boolean isIcmp(byte[] frame, int type) {
        return frame.length >= HEADER + 48
                && Frames.type(frame) == Frames.IPV6
                && frame[HEADER + 6] == ICMP6
                && Byte.toUnsignedInt(frame[HEADER + 40]) == type;
    }

    private static byte[] echo(
            Station from, Station to, int type, int id, int sequence, byte... data) {
        var message =
                ByteBuffer.allocate(8 + data.length)
                        .put((byte) type)
                        .put(
                                4,
                                ByteBuffer.allocate(4)
                                        .putShort((short) id)
                                        .putShort((short) sequence)
                                        .array())
                        .put(8, data);
        return packet(from, to.mac(), Frames.ip(to.ip()), message.array());
    }

    private static byte[] neighbour(int type, int flags, byte[] target, int option, String mac) {
        return ByteBuffer.allocate(32)
                .put((byte) type)
                .put((byte) 0)
                .putShort((short) 0)
                .putInt(flags)
                .put(target)
                .put((byte) option)
                .put((byte) 1) // in units of 8 bytes
                .put(Frames.mac(mac))
                .array();
    }

    private static byte[] packet(Station from, String toMac, byte[] toIp, byte[] message) {
        byte[] source = Frames.ip(from.ip());
        byte[] body = Arrays.copyOf(message, message.length);
        int pseudo = Frames.sum(source) + Frames.sum(toIp) + body.length + ICMP6;
        ByteBuffer.wrap(body).putShort(2, Frames.checksum(pseudo, body));
        var packet =
                ByteBuffer.allocate(40 + body.length)
                        .putInt(0x6000_0000)
                        .putShort((short) body.length)
                        .put((byte) ICMP6)
                        .put((byte) 255) // neighbour discovery takes no other hop limit
                        .put(source)
                        .put(toIp)
                        .put(body);
        return Frames.ethernet(toMac, from.mac(), Frames.IPV6, packet.array());
    }
}
