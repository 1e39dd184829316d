package switchd.daemon.demo;

import java.net.InetAddress;
import java.net.UnknownHostException;
import switchd.core.MacAddress;

/// Who a host of the demo is.
///
/// @param mac its hardware address
/// @param ipv4 its IPv4 address, in a /24
/// @param ipv6 its IPv6 address, in a /64
record Addresses(MacAddress mac, InetAddress ipv4, InetAddress ipv6) {
    /// Host `number` of the demo: 10.99.0.N and fd99::N.
    static Addresses host(int number) {
        return new Addresses(
                new MacAddress(0x0299_0000_0000L + number),
                ip("10.99.0." + number),
                ip("fd99::" + number));
    }

    /// The group that a neighbour solicitation for `target` goes to (RFC 4291, 2.7.1).
    static InetAddress solicitedNode(InetAddress target) {
        byte[] group = ip("ff02::1:ff00:0").getAddress();
        System.arraycopy(target.getAddress(), 13, group, 13, 3);
        return of(group);
    }

    /// The Ethernet group of an IPv6 group (RFC 2464, 7).
    static MacAddress groupMac(InetAddress group) {
        byte[] octets = group.getAddress();
        long low = 0;
        for (int i = 12; i < 16; i++) {
            low = low << 8 | Byte.toUnsignedLong(octets[i]);
        }
        return new MacAddress(0x3333_0000_0000L | low);
    }

    static InetAddress of(byte[] octets) {
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static InetAddress ip(String literal) {
        return InetAddress.ofLiteral(literal);
    }
}
