package switchd.daemon.packet;

import static switchd.fuzz.Check.isLine;
import static switchd.fuzz.Check.that;

import java.util.Arrays;

/// A frame as people read it: one printable line, whole or cut anywhere.
public final class PacketFuzz {
    private static final int LONGEST_LINE = 1_000;

    private PacketFuzz() {}

    public static void fuzzerTestOneInput(byte[] bytes) {
        for (int length = bytes.length; length >= 0; length -= Math.max(1, length / 8)) {
            String line = PacketText.of(Packet.of(Arrays.copyOf(bytes, length)));
            that(!line.isEmpty() && line.length() <= LONGEST_LINE, "a line like no other");
            isLine(line);
            if (length == 0) {
                break;
            }
        }
    }
}
