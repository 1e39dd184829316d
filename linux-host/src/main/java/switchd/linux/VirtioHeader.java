package switchd.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/// `struct virtio_net_hdr`: what the kernel has left undone in the frame behind it. Source: Linux
/// `include/uapi/linux/virtio_net.h`, `include/linux/virtio_net.h`.
final class VirtioHeader {
    static final StructLayout LAYOUT =
            MemoryLayout.structLayout(
                    JAVA_BYTE.withName("flags"),
                    JAVA_BYTE.withName("gso_type"),
                    JAVA_SHORT.withName("hdr_len"),
                    JAVA_SHORT.withName("gso_size"),
                    JAVA_SHORT.withName("csum_start"),
                    JAVA_SHORT.withName("csum_offset"));

    static final int BYTES = (int) LAYOUT.byteSize();

    static final int NEEDS_CSUM = 1;

    static final int GSO_NONE = 0;
    static final int GSO_TCPV4 = 1;
    static final int GSO_TCPV6 = 4;
    static final int GSO_UDP_L4 = 5;
    static final int GSO_ECN = 0x80;

    private VirtioHeader() {}

    /// True where the frame is a whole one, of the length that it has on the wire.
    static boolean isWhole(MemorySegment header) {
        return header.get(JAVA_BYTE, 1) == GSO_NONE;
    }

    /// True where the checksum at [#field] has only the sum of the pseudo header in it.
    static boolean needsChecksum(MemorySegment header) {
        return (header.get(JAVA_BYTE, 0) & NEEDS_CSUM) != 0;
    }

    /// What kind of segments the frame is to be cut into: a `GSO_` constant, without `GSO_ECN`.
    static int segments(MemorySegment header) {
        return Byte.toUnsignedInt(header.get(JAVA_BYTE, 1)) & ~GSO_ECN;
    }

    /// Octets of payload of each segment but the last.
    static int segmentSize(MemorySegment header) {
        return Short.toUnsignedInt(header.get(JAVA_SHORT, 4));
    }

    /// Where in the frame begins what the checksum is of.
    static int start(MemorySegment header) {
        return Short.toUnsignedInt(header.get(JAVA_SHORT, 6));
    }

    /// Where in the frame the checksum is.
    static int field(MemorySegment header) {
        return start(header) + Short.toUnsignedInt(header.get(JAVA_SHORT, 8));
    }
}
