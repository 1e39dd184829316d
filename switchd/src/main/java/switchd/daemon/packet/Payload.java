package switchd.daemon.packet;

import java.nio.ByteBuffer;
import switchd.core.IpAddress;
import switchd.core.MacAddress;

/// What a frame carries.
public sealed interface Payload {
    /// ARP for IPv4 over Ethernet.
    ///
    /// @param operation 1 asks, 2 answers
    /// @param senderMac the sender's
    /// @param sender 0.0.0.0 where the sender has none yet
    /// @param target whose hardware address is asked for, or whom it is told to
    record Arp(int operation, MacAddress senderMac, IpAddress sender, IpAddress target)
            implements Payload {
        /// True for a question.
        public boolean isRequest() {
            return operation == 1;
        }
    }

    /// IPv4 or IPv6.
    ///
    /// @param source of the packet
    /// @param destination of the packet
    /// @param transport what it carries
    record Ip(IpAddress source, IpAddress destination, Transport transport) implements Payload {}

    /// Something else.
    record Other() implements Payload {}

    /// It ends before it can be told what it is.
    record Cut() implements Payload {}

    /// Reads a payload.
    ///
    /// @param type its EtherType
    static Payload of(int type, ByteBuffer bytes) {
        try {
            return switch (type) {
                case 0x0806 -> arp(bytes);
                case 0x0800 -> four(bytes);
                case 0x86dd -> six(bytes);
                default -> new Other();
            };
        } catch (IndexOutOfBoundsException _) {
            return new Cut();
        }
    }

    private static Payload arp(ByteBuffer bytes) {
        boolean forIp4 = bytes.getInt(0) == 0x0001_0800 && bytes.getShort(4) == 0x0604;
        return forIp4
                ? new Arp(
                        bytes.getShort(6),
                        Packet.mac(bytes, 8),
                        IpAddress.four(bytes, 14),
                        IpAddress.four(bytes, 24))
                : new Other();
    }

    private static Payload four(ByteBuffer bytes) {
        int header = (bytes.get(0) & 0xf) * 4;
        int length = Short.toUnsignedInt(bytes.getShort(2));
        if (bytes.get(0) >> 4 != 4 || header < 20 || length < header) {
            return new Other();
        }
        int fragment = bytes.getShort(6) & 0x1fff;
        IpAddress source = IpAddress.four(bytes, 12);
        IpAddress destination = IpAddress.four(bytes, 16);
        int protocol = Byte.toUnsignedInt(bytes.get(9));
        return new Ip(
                source,
                destination,
                fragment != 0
                        ? new Transport.Fragment(protocol, fragment * 8)
                        : Transport.of(protocol, part(bytes, header, length), length - header));
    }

    private static Payload six(ByteBuffer bytes) {
        if ((bytes.get(0) & 0xf0) != 0x60) {
            return new Other();
        }
        IpAddress source = IpAddress.six(bytes, 8);
        IpAddress destination = IpAddress.six(bytes, 24);
        int next = Byte.toUnsignedInt(bytes.get(6));
        int at = 40;
        int end = at + Short.toUnsignedInt(bytes.getShort(4));
        while (isOption(next)) {
            int following = Byte.toUnsignedInt(bytes.get(at));
            if (next == 44) {
                int offset = bytes.getShort(at + 2) & 0xfff8;
                if (offset != 0) {
                    return new Ip(source, destination, new Transport.Fragment(following, offset));
                }
                at += 8;
            } else {
                at += (Byte.toUnsignedInt(bytes.get(at + 1)) + 1) * 8;
            }
            next = following;
        }
        return new Ip(
                source,
                destination,
                Transport.of(next, part(bytes, at, Math.max(at, end)), Math.max(0, end - at)));
    }

    private static boolean isOption(int next) {
        return next == 0 || next == 43 || next == 44 || next == 60;
    }

    /// What is there of the bytes from `from` to `to`; Ethernet's padding lies behind.
    private static ByteBuffer part(ByteBuffer bytes, int from, int to) {
        return from > bytes.limit()
                ? ByteBuffer.allocate(0)
                : bytes.slice(from, Math.min(to, bytes.limit()) - from);
    }
}
