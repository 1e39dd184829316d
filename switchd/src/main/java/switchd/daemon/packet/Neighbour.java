package switchd.daemon.packet;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import switchd.core.IpAddress;

/// Neighbour discovery (RFC 4861).
public sealed interface Neighbour {
    int ROUTER_SOLICITATION = 133;
    int ROUTER_ADVERTISEMENT = 134;
    int NEIGHBOUR_SOLICITATION = 135;
    int NEIGHBOUR_ADVERTISEMENT = 136;

    /// Asks for routers.
    record RouterSolicitation() implements Neighbour {}

    /// A router tells of itself.
    ///
    /// @param lifetime seconds for which it is a default router; 0 where it is none
    /// @param managed addresses are to be had by DHCPv6
    /// @param prefix the first prefix it tells of, or null
    /// @param prefixLength of that
    record RouterAdvertisement(
            int lifetime, boolean managed, @Nullable IpAddress prefix, int prefixLength)
            implements Neighbour {}

    /// Asks for a hardware address, or, from `::`, whether anybody has `target` already.
    ///
    /// @param target whose
    record NeighbourSolicitation(IpAddress target) implements Neighbour {}

    /// Tells a hardware address.
    ///
    /// @param target whose
    record NeighbourAdvertisement(IpAddress target) implements Neighbour {}

    /// Reads an ICMPv6 message; null where it is of another type.
    ///
    /// @throws IndexOutOfBoundsException where it is cut
    static @Nullable Neighbour of(int type, ByteBuffer bytes) {
        return switch (type) {
            case ROUTER_SOLICITATION -> new RouterSolicitation();
            case ROUTER_ADVERTISEMENT -> advertisement(bytes);
            case NEIGHBOUR_SOLICITATION -> new NeighbourSolicitation(IpAddress.six(bytes, 8));
            case NEIGHBOUR_ADVERTISEMENT -> new NeighbourAdvertisement(IpAddress.six(bytes, 8));
            default -> null;
        };
    }

    private static Neighbour advertisement(ByteBuffer bytes) {
        int lifetime = Short.toUnsignedInt(bytes.getShort(6));
        boolean managed = (bytes.get(5) & 0x80) != 0;
        int at = 16;
        while (at + 2 <= bytes.limit()) {
            int length = Byte.toUnsignedInt(bytes.get(at + 1)) * 8;
            if (length == 0) {
                break;
            }
            if (bytes.get(at) == 3 && length == 32 && at + length <= bytes.limit()) {
                return new RouterAdvertisement(
                        lifetime,
                        managed,
                        IpAddress.six(bytes, at + 16),
                        Byte.toUnsignedInt(bytes.get(at + 2)));
            }
            at += length;
        }
        return new RouterAdvertisement(lifetime, managed, null, 0);
    }
}
