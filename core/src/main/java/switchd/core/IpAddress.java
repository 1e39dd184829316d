package switchd.core;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.StringJoiner;

/// An IPv4 or IPv6 address.
///
/// @param six true for IPv6
/// @param high the first 8 octets; 0 for IPv4
/// @param low the last 8 octets, or the four of IPv4
public record IpAddress(boolean six, long high, long low) {
    private static final int GROUPS = 8;

    /// The IPv4 address at `at`.
    public static IpAddress four(ByteBuffer bytes, int at) {
        return new IpAddress(false, 0, Integer.toUnsignedLong(bytes.getInt(at)));
    }

    /// The IPv6 address at `at`.
    public static IpAddress six(ByteBuffer bytes, int at) {
        return new IpAddress(true, bytes.getLong(at), bytes.getLong(at + 8));
    }

    /// Reads `10.0.0.9` or `2001:db8::9`; no name is looked up.
    ///
    /// @throws IllegalArgumentException where the text has another form
    public static IpAddress parse(String text) {
        if (text.contains("%")) {
            throw new IllegalArgumentException("an address with a zone: " + text);
        }
        InetAddress address = InetAddress.ofLiteral(text);
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return address instanceof Inet4Address ? four(bytes, 0) : six(bytes, 0);
    }

    /// True where one station can have it: not for 0.0.0.0/8, 127.0.0.0/8, `::`, `::1`, and groups.
    public boolean isStation() {
        if (six) {
            return high >>> 56 != 0xff && (high != 0 || low >>> 1 != 0);
        }
        long first = low >>> 24;
        return first != 0 && first != 127 && first < 224;
    }

    /// True for 0.0.0.0 and ::.
    public boolean isUnspecified() {
        return high == 0 && low == 0;
    }

    /// True for 169.254.0.0/16 and fe80::/10: what a station gives itself.
    public boolean isLinkLocal() {
        return six ? high >>> 54 == 0x3fa : low >>> 16 == 0xa9fe;
    }

    /// As people write it: IPv6 as in RFC 5952.
    @Override
    public String toString() {
        if (!six) {
            return "%d.%d.%d.%d"
                    .formatted(low >> 24 & 0xff, low >> 16 & 0xff, low >> 8 & 0xff, low & 0xff);
        }
        int start = 0;
        int longest = 0;
        for (int i = 0; i < GROUPS; i++) {
            int zeros = 0;
            while (i + zeros < GROUPS && group(i + zeros) == 0) {
                zeros++;
            }
            if (zeros > longest) {
                start = i;
                longest = zeros;
            }
        }
        return longest < 2
                ? groups(0, GROUPS)
                : groups(0, start) + "::" + groups(start + longest, GROUPS);
    }

    private String groups(int from, int to) {
        StringJoiner text = new StringJoiner(":");
        for (int i = from; i < to; i++) {
            text.add(Integer.toHexString(group(i)));
        }
        return text.toString();
    }

    private int group(int i) {
        return (int) ((i < 4 ? high : low) >>> (48 - i % 4 * 16)) & 0xffff;
    }
}
