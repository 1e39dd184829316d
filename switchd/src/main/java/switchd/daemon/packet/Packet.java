package switchd.daemon.packet;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import switchd.core.EthernetFrame;
import switchd.core.MacAddress;

/// What an Ethernet frame says.
///
/// @param destination of the frame
/// @param source of the frame
/// @param vlan of the outermost 802.1Q tag, or null where there is none
/// @param type the EtherType, behind the tags
/// @param payload what it carries
public record Packet(
        MacAddress destination,
        MacAddress source,
        @Nullable Integer vlan,
        int type,
        Payload payload) {
    private static final int ADDRESSES = 12;
    private static final int TAG_BYTES = 4;
    private static final int MOST_TAGS = 2;
    private static final long ADDRESS = 0xffff_ffff_ffffL;

    /// Reads a frame, which may be cut short.
    ///
    /// @return null where even its header is not all there
    public static @Nullable Packet of(byte[] frame) {
        if (frame.length < EthernetFrame.SHORTEST) {
            return null;
        }
        ByteBuffer bytes = ByteBuffer.wrap(frame);
        int at = ADDRESSES;
        @Nullable Integer vlan = null;
        for (int i = 0; i < MOST_TAGS && isTag(bytes.getShort(at)); i++) {
            if (at + TAG_BYTES + Short.BYTES > frame.length) {
                break;
            }
            vlan = vlan == null ? bytes.getShort(at + 2) & 0xfff : vlan;
            at += TAG_BYTES;
        }
        int type = Short.toUnsignedInt(bytes.getShort(at));
        return new Packet(
                new MacAddress(bytes.getLong(0) >>> 16),
                mac(bytes, 6),
                vlan,
                type,
                Payload.of(type, bytes.position(at + 2).slice()));
    }

    private static boolean isTag(short type) {
        return type == (short) 0x8100 || type == (short) 0x88a8;
    }

    /// The hardware address at `at`, of which at least two octets precede it.
    static MacAddress mac(ByteBuffer bytes, int at) {
        return new MacAddress(bytes.getLong(at - 2) & ADDRESS);
    }
}
