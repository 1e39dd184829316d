package switchd.daemon.packet;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import switchd.core.IpAddress;
import switchd.core.MacAddress;

/// What a UDP datagram says, where it is DHCP.
public sealed interface Message {
    /// DHCP for IPv4 (RFC 2131).
    ///
    /// @param type DISCOVER and so on
    /// @param transaction chosen by the client
    /// @param client the hardware address it is about
    /// @param yours the address that is offered or given
    /// @param requested the address that the client asks for, or null
    /// @param server who answers, or null
    /// @param router that the client is told of, or null
    /// @param text why a NAK, or null
    record Dhcp(
            Type type,
            int transaction,
            MacAddress client,
            IpAddress yours,
            @Nullable IpAddress requested,
            @Nullable IpAddress server,
            @Nullable IpAddress router,
            @Nullable String text)
            implements Message {
        /// Option 53.
        public enum Type {
            DISCOVER,
            OFFER,
            REQUEST,
            DECLINE,
            ACK,
            NAK,
            RELEASE,
            INFORM
        }
    }

    /// DHCP for IPv6 (RFC 8415).
    ///
    /// @param type 1 SOLICIT, 2 ADVERTISE, 3 REQUEST, 7 REPLY …
    /// @param transaction chosen by the client
    record Dhcp6(int type, int transaction) implements Message {}

    private static boolean isDhcp(int port) {
        return port == 67 || port == 68;
    }

    private static boolean isDhcp6(int port) {
        return port == 546 || port == 547;
    }

    /// Reads a datagram; null where it is something else or cut.
    static @Nullable Message of(int from, int to, ByteBuffer data) {
        try {
            if (isDhcp(from) && isDhcp(to)) {
                return dhcp(data);
            }
            return isDhcp6(from) || isDhcp6(to)
                    ? new Dhcp6(Byte.toUnsignedInt(data.get(0)), data.getInt(0) & 0xff_ffff)
                    : null;
        } catch (IndexOutOfBoundsException _) {
            return null;
        }
    }

    private static @Nullable Message dhcp(ByteBuffer data) {
        if (data.getInt(236) != 0x6382_5363) {
            return null;
        }
        Map<Integer, ByteBuffer> options = options(data, 240);
        @Nullable ByteBuffer type = options.get(53);
        int number = type == null || type.limit() != 1 ? 0 : type.get(0);
        if (number < 1 || number > Dhcp.Type.values().length) {
            return null;
        }
        @Nullable ByteBuffer text = options.get(56);
        return new Dhcp(
                Dhcp.Type.values()[number - 1],
                data.getInt(4),
                Packet.mac(data, 28),
                IpAddress.four(data, 16),
                address(options.get(50)),
                address(options.get(54)),
                address(options.get(3)),
                text == null ? null : printable(text));
    }

    private static Map<Integer, ByteBuffer> options(ByteBuffer data, int from) {
        Map<Integer, ByteBuffer> options = new HashMap<>();
        int at = from;
        while (at + 1 < data.limit()) {
            int code = Byte.toUnsignedInt(data.get(at));
            if (code == 255) {
                break;
            }
            if (code == 0) {
                at++;
                continue;
            }
            int length = Byte.toUnsignedInt(data.get(at + 1));
            if (at + 2 + length > data.limit()) {
                break;
            }
            options.putIfAbsent(code, data.slice(at + 2, length));
            at += 2 + length;
        }
        return options;
    }

    private static @Nullable IpAddress address(@Nullable ByteBuffer option) {
        return option == null || option.limit() < 4 ? null : IpAddress.four(option, 0);
    }

    private static String printable(ByteBuffer text) {
        return US_ASCII.decode(text).toString().replaceAll("[^ -~]", "?");
    }
}
