package switchd.daemon.packet;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// What an IP packet carries.
public sealed interface Transport {
    int ICMP = 1;
    int TCP = 6;
    int UDP = 17;
    int ICMP6 = 58;

    /// UDP.
    ///
    /// @param from the source port
    /// @param to the destination port
    /// @param length of what it carries, in bytes
    /// @param message what it carries, where it is DHCP
    record Udp(int from, int to, int length, @Nullable Message message) implements Transport {}

    /// TCP.
    ///
    /// @param from the source port
    /// @param to the destination port
    /// @param flags as in the header: FIN 1, SYN 2, RST 4, PSH 8, ACK 16
    /// @param length of what it carries, in bytes
    record Tcp(int from, int to, int flags, int length) implements Transport {}

    /// ICMP for IPv4.
    ///
    /// @param type 8 echo request, 0 echo reply …
    /// @param code further tells
    /// @param id of an echo
    /// @param sequence of an echo
    record Icmp(int type, int code, int id, int sequence) implements Transport {}

    /// ICMPv6.
    ///
    /// @param type 128 echo request, 129 echo reply …
    /// @param code further tells
    /// @param neighbour what it says, where it is neighbour discovery
    record Icmp6(int type, int code, @Nullable Neighbour neighbour) implements Transport {}

    /// A fragment but the first.
    ///
    /// @param protocol of the whole
    /// @param offset in the whole, in bytes
    record Fragment(int protocol, int offset) implements Transport {}

    /// Another protocol.
    ///
    /// @param protocol its number
    record Other(int protocol) implements Transport {}

    /// It ends before it can be told what it is.
    ///
    /// @param protocol its number
    record Cut(int protocol) implements Transport {}

    /// Reads what an IP packet carries.
    ///
    /// @param length when it was whole, in bytes
    static Transport of(int protocol, ByteBuffer bytes, int length) {
        try {
            return switch (protocol) {
                case ICMP ->
                        new Icmp(
                                Byte.toUnsignedInt(bytes.get(0)),
                                Byte.toUnsignedInt(bytes.get(1)),
                                port(bytes, 4),
                                port(bytes, 6));
                case TCP ->
                        new Tcp(
                                port(bytes, 0),
                                port(bytes, 2),
                                Byte.toUnsignedInt(bytes.get(13)),
                                Math.max(0, length - (bytes.get(12) >> 4 & 0xf) * 4));
                case UDP -> udp(bytes);
                case ICMP6 -> {
                    int type = Byte.toUnsignedInt(bytes.get(0));
                    yield new Icmp6(
                            type, Byte.toUnsignedInt(bytes.get(1)), Neighbour.of(type, bytes));
                }
                default -> new Other(protocol);
            };
        } catch (IndexOutOfBoundsException _) {
            return new Cut(protocol);
        }
    }

    private static Transport udp(ByteBuffer bytes) {
        int from = port(bytes, 0);
        int to = port(bytes, 2);
        int length = Math.max(0, port(bytes, 4) - 8);
        ByteBuffer data = bytes.slice(8, bytes.limit() - 8);
        return new Udp(from, to, length, Message.of(from, to, data));
    }

    private static int port(ByteBuffer bytes, int at) {
        return Short.toUnsignedInt(bytes.getShort(at));
    }
}
