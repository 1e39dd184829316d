package switchd.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import switchd.core.FrameBatch;
import switchd.posix.MessageHeader;

/// Puts the tags back into frames of a packet socket: the kernel takes the outermost one out and
/// tells it in a control message, where `PACKET_AUXDATA` asks for it (`man 7 packet`).
///
/// Used by the loop's thread alone; nothing here allocates after construction.
final class PacketTags {
    /// `struct tpacket_auxdata`
    static final StructLayout AUXDATA =
            MemoryLayout.structLayout(
                    JAVA_INT.withName("tp_status"),
                    JAVA_INT.withName("tp_len"),
                    JAVA_INT.withName("tp_snaplen"),
                    JAVA_SHORT.withName("tp_mac"),
                    JAVA_SHORT.withName("tp_net"),
                    JAVA_SHORT.withName("tp_vlan_tci"),
                    JAVA_SHORT.withName("tp_vlan_tpid"));

    /// `struct cmsghdr` of 64-bit Linux.
    static final StructLayout CONTROL =
            MemoryLayout.structLayout(
                    JAVA_LONG.withName("cmsg_len"),
                    JAVA_INT.withName("cmsg_level"),
                    JAVA_INT.withName("cmsg_type"));

    private static final long STATUS = CONTROL.byteSize() + offset("tp_status");
    private static final long TAG_CONTROL = CONTROL.byteSize() + offset("tp_vlan_tci");
    private static final long TAG_TYPE = CONTROL.byteSize() + offset("tp_vlan_tpid");
    private static final long LEVEL = 8;
    private static final long TYPE = 12;

    /// `CMSG_SPACE(sizeof(struct tpacket_auxdata))`
    private static final int BYTES = 40;

    private final MemorySegment headers;
    private final long stride;
    private final int count;
    private final MemorySegment controls;

    /// @param headers one `struct msghdr` every `stride` bytes
    PacketTags(Arena arena, MemorySegment headers, long stride, int count) {
        this.headers = headers;
        this.stride = stride;
        this.count = count;
        this.controls = arena.allocate((long) count * BYTES, Long.BYTES);
        for (int i = 0; i < count; i++) {
            MessageHeader.control(headers, i * stride, controls, (long) i * BYTES);
        }
    }

    private static long offset(String member) {
        return AUXDATA.byteOffset(PathElement.groupElement(member));
    }

    /// Makes room for what the next receive tells.
    void prepare() {
        for (int i = 0; i < count; i++) {
            MessageHeader.controlRoom(headers, i * stride, BYTES);
        }
    }

    /// Puts the tags into the frames that were received, one a message.
    void restore(FrameBatch frames) {
        for (int i = 0; i < frames.count(); i++) {
            long at = (long) i * BYTES;
            boolean told =
                    MessageHeader.controlLength(headers, i * stride) >= CONTROL.byteSize()
                            && controls.get(JAVA_INT, at + LEVEL) == LinuxConstants.SOL_PACKET
                            && controls.get(JAVA_INT, at + TYPE) == LinuxConstants.PACKET_AUXDATA;
            int status = told ? controls.get(JAVA_INT, at + STATUS) : 0;
            if ((status & LinuxConstants.TP_STATUS_VLAN_VALID) != 0) {
                int type = Short.toUnsignedInt(controls.get(JAVA_SHORT, at + TAG_TYPE));
                int control = Short.toUnsignedInt(controls.get(JAVA_SHORT, at + TAG_CONTROL));
                boolean typed = (status & LinuxConstants.TP_STATUS_VLAN_TPID_VALID) != 0;
                frames.insertTag(i, (typed ? type : LinuxConstants.ETH_P_8021Q) << 16 | control);
            }
        }
    }
}
