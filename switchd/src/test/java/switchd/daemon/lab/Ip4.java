package switchd.daemon.lab;

import static switchd.daemon.lab.Frames.HEADER;

import java.nio.ByteBuffer;

/// Makes and reads frames with IPv4 packets: ICMP echo and UDP.
public final class Ip4 {
    private static final int PROTOCOL_ICMP = 1;
    private static final int PROTOCOL_UDP = 17;
    private static final int ECHO_REPLY = 0;
    private static final int ECHO_REQUEST = 8;

    private Ip4() {}

    public static byte[] echoRequest(Station from, Station to, int id, int sequence, byte... data) {
        return echo(from, to, ECHO_REQUEST, id, sequence, data);
    }

    public static byte[] echoReply(Station from, Station to, int id, int sequence, byte... data) {
        return echo(from, to, ECHO_REPLY, id, sequence, data);
    }

    /// True for the answer of `from` to an echo request with this `id` and `sequence`.
    public static boolean isEchoReply(byte[] frame, String from, int id, int sequence) {
        if (frame.length < HEADER + 28
                || Frames.type(frame) != Frames.IPV4
                || frame[HEADER + 9] != PROTOCOL_ICMP) {
            return false;
        }
        var expected = ByteBuffer.allocate(4).putShort((short) id).putShort((short) sequence);
        return Frames.matches(frame, HEADER + 12, Frames.ip(from))
                && frame[HEADER + 20] == ECHO_REPLY
                && Frames.matches(frame, HEADER + 24, expected.array());
    }

    public static byte[] udp(Station from, int fromPort, Station to, int toPort, byte... data) {
        // A checksum of 0 stands for none.
        var segment =
                ByteBuffer.allocate(8 + data.length)
                        .putShort((short) fromPort)
                        .putShort((short) toPort)
                        .putShort((short) (8 + data.length))
                        .putShort((short) 0)
                        .put(data);
        return packet(from, to, PROTOCOL_UDP, segment.array());
    }

    private static byte[] echo(
            Station from, Station to, int type, int id, int sequence, byte... data) {
        var message =
                ByteBuffer.allocate(8 + data.length)
                        .put((byte) type)
                        .put((byte) 0)
                        .putShort((short) 0)
                        .putShort((short) id)
                        .putShort((short) sequence)
                        .put(data);
        message.putShort(2, Frames.checksum(0, message.array()));
        return packet(from, to, PROTOCOL_ICMP, message.array());
    }

    private static byte[] packet(Station from, Station to, int protocol, byte[] payload) {
        var header =
                ByteBuffer.allocate(20)
                        .put((byte) 0x45)
                        .put((byte) 0)
                        .putShort((short) (20 + payload.length))
                        .putInt(0x4000) // do not fragment
                        .put((byte) 64)
                        .put((byte) protocol)
                        .putShort((short) 0)
                        .put(Frames.ip(from.ip()))
                        .put(Frames.ip(to.ip()));
        header.putShort(10, Frames.checksum(0, header.array()));
        var packet = ByteBuffer.allocate(20 + payload.length).put(header.array()).put(payload);
        return Frames.ethernet(to.mac(), from.mac(), Frames.IPV4, packet.array());
    }
}
