package switchd.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.nio.ByteOrder.BIG_ENDIAN;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;

/// What packet sockets are told of interfaces (Linux `include/uapi/linux/if_packet.h`).
final class PacketAddress {
    /// `__be16`
    private static final ValueLayout.OfShort PROTOCOL = JAVA_SHORT.withOrder(BIG_ENDIAN);

    /// `struct sockaddr_ll`
    static final StructLayout LAYOUT =
            MemoryLayout.structLayout(
                    JAVA_SHORT.withName("sll_family"),
                    PROTOCOL.withName("sll_protocol"),
                    JAVA_INT.withName("sll_ifindex"),
                    JAVA_SHORT.withName("sll_hatype"),
                    JAVA_BYTE.withName("sll_pkttype"),
                    JAVA_BYTE.withName("sll_halen"),
                    MemoryLayout.sequenceLayout(8, JAVA_BYTE).withName("sll_addr"));

    /// `struct packet_mreq`
    static final StructLayout MEMBERSHIP =
            MemoryLayout.structLayout(
                    JAVA_INT.withName("mr_ifindex"),
                    JAVA_SHORT.withName("mr_type"),
                    JAVA_SHORT.withName("mr_alen"),
                    MemoryLayout.sequenceLayout(8, JAVA_BYTE).withName("mr_address"));

    private static final long INDEX = LAYOUT.byteOffset(PathElement.groupElement("sll_ifindex"));

    private PacketAddress() {}

    /// Frames of every protocol on an interface.
    static MemorySegment everything(Arena arena, int index) {
        MemorySegment address = arena.allocate(LAYOUT);
        address.set(JAVA_SHORT, 0, (short) LinuxConstants.AF_PACKET);
        address.set(PROTOCOL, 2, (short) LinuxConstants.ETH_P_ALL);
        address.set(JAVA_INT, INDEX, index);
        return address;
    }

    /// A promiscuous membership.
    static MemorySegment promiscuous(Arena arena, int index) {
        MemorySegment membership = arena.allocate(MEMBERSHIP);
        membership.set(JAVA_INT, 0, index);
        membership.set(JAVA_SHORT, 4, (short) LinuxConstants.PACKET_MR_PROMISC);
        return membership;
    }

    /// The interface that an address names; -1 where it is gone.
    static int index(MemorySegment address) {
        return address.get(JAVA_INT, INDEX);
    }
}
