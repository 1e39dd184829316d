package switchd.daemon.trace;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.HexFormat;
import switchd.core.Direction;
import switchd.daemon.capture.CaptureRecord;

/// Frames as they are on the wire, octet by octet.
final class Wire {
    static final String VM = "525400000001";
    static final String LAN = "020000000002";
    static final String ALL = "ffffffffffff";

    private Wire() {}

    static byte[] hex(String... parts) {
        return HexFormat.of().parseHex(String.join("", parts).replace(" ", ""));
    }

    /// @param operation 1 asks, 2 answers
    /// @param sender four octets
    /// @param target four octets
    static byte[] arp(String to, String from, int operation, String sender, String target) {
        return hex(
                to,
                from,
                "0806 0001 0800 06 04 000" + operation,
                from,
                sender,
                "000000000000",
                target);
    }

    /// @param type DHCP's: 1 DISCOVER, 2 OFFER, 3 REQUEST, 4 DECLINE, 5 ACK, 6 NAK
    /// @param yours four octets
    /// @param options further ones
    static byte[] dhcp(boolean fromVm, int type, String yours, String options) {
        String message =
                (fromVm ? "01" : "02")
                        + "010600 12345678 0000 8000 00000000"
                        + yours
                        + "00000000 00000000"
                        + VM
                        + "00".repeat(10 + 64 + 128)
                        + "63825363 3501%02x".formatted(type)
                        + options
                        + "ff";
        int length = hex(message).length;
        return hex(
                fromVm ? ALL : VM,
                fromVm ? VM : LAN,
                "0800 4500 %04x 0000 0000 40 11 0000".formatted(length + 28),
                fromVm ? "00000000 ffffffff" : "0a4d0001 ffffffff",
                fromVm ? "0044 0043" : "0043 0044",
                "%04x 0000".formatted(length + 8),
                message);
    }

    /// @param source 16 octets
    /// @param body from the ICMPv6 type on
    static byte[] icmp6(String from, String source, String body) {
        return hex(
                "333300000001",
                from,
                "86dd 60000000 %04x 3a ff".formatted(hex(body).length),
                source,
                "ff020000000000000000000000000001",
                body);
    }

    static String text(String text) {
        return HexFormat.of().formatHex(text.getBytes(US_ASCII));
    }

    static CaptureRecord seen(double seconds, Direction direction, byte[] frame) {
        return new CaptureRecord(
                CaptureRecord.Kind.FRAME, direction, null, frame.length, 0, nanos(seconds), frame);
    }

    static long nanos(double seconds) {
        return (long) (seconds * 1e9);
    }
}
