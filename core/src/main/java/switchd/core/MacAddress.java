package switchd.core;

import java.util.HexFormat;
import java.util.regex.Pattern;

/// An IEEE 802 hardware address.
///
/// @param value the six octets, the first one in bits 47..40
public record MacAddress(long value) {
    private static final Pattern FORM = Pattern.compile("[0-9a-fA-F]{1,2}(:[0-9a-fA-F]{1,2}){5}");
    private static final long GROUP = 1L << 40;

    public MacAddress {
        if (value >>> 48 != 0) {
            throw new IllegalArgumentException("more than 48 bits: " + value);
        }
    }

    /// Reads `52:54:00:12:34:56`; leading zeros may be missing, as in the output of macOS's `arp`.
    ///
    /// @throws IllegalArgumentException where the text has another form
    public static MacAddress parse(String text) {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("not a hardware address: " + text);
        }
        long value = 0;
        for (String octet : text.split(":", -1)) {
            value = value << 8 | HexFormat.fromHexDigits(octet);
        }
        return new MacAddress(value);
    }

    /// True for multicast and broadcast addresses.
    public boolean isGroup() {
        return isGroup(value);
    }

    /// As [#isGroup()], for an address that is only a number: the frame path makes no objects.
    public static boolean isGroup(long address) {
        return (address & GROUP) != 0;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(17);
        HexFormat hex = HexFormat.of();
        for (int shift = 40; shift >= 0; shift -= 8) {
            text.append(hex.toHexDigits((byte) (value >>> shift)));
            if (shift > 0) {
                text.append(':');
            }
        }
        return text.toString();
    }
}
