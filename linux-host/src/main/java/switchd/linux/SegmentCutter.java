package switchd.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.ByteOrder.BIG_ENDIAN;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import switchd.core.FrameBatch;

/// Cuts a super-segment, as a kernel with segmentation offload hands it over, into the frames that
/// it stands for: TCP over IPv4 and IPv6 and UDP over both, with tags, IPv4 options and IPv6
/// extension headers as they come. What differs from frame to frame is what Linux makes of it in
/// software: lengths, IPv4 identification, sequence number, FIN and PSH on the last frame alone,
/// CWR on the first, checksums.
///
/// What does not fit into one batch comes with the next. Nothing here allocates after construction;
/// used by the loop's thread alone. Source: Linux `net/ipv4/tcp_offload.c`, `udp_offload.c`,
/// `af_inet.c`, `net/ipv6/ip6_offload.c`.
final class SegmentCutter {
    /// Longer than a super-segment: `GSO_LEGACY_MAX_SIZE` and tags.
    private static final int LARGEST = 65_536 + 64;

    private static final int ETHERNET_TYPE = 12;
    private static final int MOST_TAGS = 8;
    private static final int C_TAG = 0x8100;
    private static final int S_TAG = 0x88a8;
    private static final int IPV4 = 0x0800;
    private static final int IPV6 = 0x86dd;
    private static final int IPV6_HEADER = 40;
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int TCP_CHECKSUM = 16;
    private static final int UDP_CHECKSUM = 6;
    private static final int FIN_AND_PSH = 0x09;
    private static final int CWR = 0x80;

    private static final ValueLayout.OfShort HALF =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(BIG_ENDIAN);
    private static final ValueLayout.OfInt WORD =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(BIG_ENDIAN);

    private final MemorySegment withHeader;
    private final MemorySegment memory;
    private int length;
    private int network;
    private int transport;
    private int payload;
    private boolean isFour;
    private boolean isTcp;
    private int size;
    private int pseudo;
    private int next;
    private int index;

    /// @param slotBytes of the batches that it cuts into
    SegmentCutter(Arena arena, int slotBytes) {
        long bytes = (long) FrameBatch.HEADROOM + Math.max(LARGEST, slotBytes);
        MemorySegment room = arena.allocate(bytes, Long.BYTES);
        memory = room.asSlice(FrameBatch.HEADROOM);
        withHeader = room.asSlice(FrameBatch.HEADROOM - VirtioHeader.BYTES);
    }

    /// Where the super-segment lies, from the beginning.
    MemorySegment memory() {
        return memory;
    }

    /// The same, and room for a [VirtioHeader] before it.
    MemorySegment withHeader() {
        return withHeader;
    }

    /// True where frames of the super-segment are not cut yet.
    boolean hasMore() {
        return next < length;
    }

    /// Forgets them, and tells how many there were.
    int clear() {
        int left = hasMore() ? Math.ceilDiv(length - next, size) : 0;
        next = length;
        return left;
    }

    /// Takes the super-segment of `bytes` octets in [#memory()], with its header; the former one
    /// must be cut.
    ///
    /// @return false where it is none that can be cut
    boolean take(MemorySegment header, int bytes) {
        length = bytes;
        next = bytes;
        index = 0;
        size = VirtioHeader.segmentSize(header);
        if (size == 0 || !findNetwork() || !hasKind(VirtioHeader.segments(header))) {
            return false;
        }
        boolean isPartial = VirtioHeader.needsChecksum(header);
        if (!findTransport(isPartial ? VirtioHeader.start(header) : -1)) {
            return false;
        }
        int checksum = transport + (isTcp ? TCP_CHECKSUM : UDP_CHECKSUM);
        if (isPartial && VirtioHeader.field(header) != checksum) {
            return false;
        }
        // The pseudo header's sum without its length, which differs from frame to frame.
        pseudo =
                isPartial
                        ? InternetChecksum.fold(half(memory, checksum) + (~segment() & 0xffffL))
                        : sumOfAddresses();
        next = payload;
        return true;
    }

    private int segment() {
        return length - transport;
    }

    private boolean findNetwork() {
        int at = ETHERNET_TYPE;
        int tags = 0;
        while (at + 2 <= length && isTag(half(memory, at)) && tags < MOST_TAGS) {
            at += 4;
            tags++;
        }
        network = at + 2;
        if (network + 20 > length) {
            return false;
        }
        int type = half(memory, at);
        int version = octet(network) >>> 4;
        isFour = type == IPV4;
        return (isFour && version == 4) || (type == IPV6 && version == 6);
    }

    private static boolean isTag(int type) {
        return type == C_TAG || type == S_TAG;
    }

    private boolean hasKind(int kind) {
        isTcp = kind != VirtioHeader.GSO_UDP_L4;
        return switch (kind) {
            case VirtioHeader.GSO_TCPV4 -> isFour;
            case VirtioHeader.GSO_TCPV6 -> !isFour;
            case VirtioHeader.GSO_UDP_L4 -> true;
            default -> false;
        };
    }

    /// @param told where it begins; negative where nobody says so, and extension headers would have
    ///   to be walked
    private boolean findTransport(int told) {
        int header = isFour ? (octet(network) & 15) * 4 : IPV6_HEADER;
        int first = network + header;
        transport = told < 0 ? first : told;
        if (header < 20 || (isFour ? transport != first : transport < first)) {
            return false;
        }
        int shortest = isTcp ? 20 : 8;
        if (transport + shortest >= length) {
            return false;
        }
        int protocol = octet(network + (isFour ? 9 : 6));
        if ((isFour || transport == first) && protocol != (isTcp ? TCP : UDP)) {
            return false;
        }
        int own = isTcp ? (octet(transport + 12) >>> 4) * 4 : shortest;
        payload = transport + own;
        return own >= shortest && payload < length;
    }

    private int sumOfAddresses() {
        int sum =
                isFour
                        ? InternetChecksum.sum(memory, network + 12, 8)
                        : InternetChecksum.sum(memory, network + 8, 32);
        return InternetChecksum.fold(sum + (isTcp ? TCP : UDP));
    }

    /// Adds its next frames to `batch` until that has `most`, at most as many as it has slots. One
    /// that is longer than a slot is added with the length of the slot, which tells that it is too
    /// long.
    void cut(FrameBatch batch, int most) {
        MemorySegment out = batch.memory();
        int room = batch.slotBytes();
        while (next < length && batch.count() < most) {
            int slot = batch.slot(batch.count());
            int data = Math.min(size, length - next);
            int bytes = payload + data;
            if (bytes > room) {
                MemorySegment.copy(memory, 0, out, slot, room);
                batch.add(slot, room);
            } else {
                MemorySegment.copy(memory, 0, out, slot, payload);
                MemorySegment.copy(memory, next, out, slot + payload, data);
                finish(out, slot, bytes, next + data == length);
                batch.add(slot, bytes);
            }
            next += data;
            index++;
        }
    }

    private void finish(MemorySegment out, int slot, int bytes, boolean isLast) {
        int ip = slot + network;
        if (isFour) {
            InternetChecksum.set(out, ip + 2, bytes - network);
            InternetChecksum.set(out, ip + 4, half(memory, network + 4) + index);
            InternetChecksum.set(out, ip + 10, 0);
            InternetChecksum.set(
                    out, ip + 10, ~InternetChecksum.sum(out, ip, (octet(network) & 15) * 4));
        } else {
            InternetChecksum.set(out, ip + 4, bytes - network - IPV6_HEADER);
        }
        int at = slot + transport;
        int own = bytes - transport;
        if (isTcp) {
            int sequence = memory.get(WORD, transport + 4) + index * size;
            int cleared = (isLast ? 0 : FIN_AND_PSH) | (index == 0 ? 0 : CWR);
            out.set(WORD, at + 4, sequence);
            out.set(JAVA_BYTE, at + 13, (byte) (octet(transport + 13) & ~cleared));
        } else {
            InternetChecksum.set(out, at + 4, own);
        }
        int checksum = at + (isTcp ? TCP_CHECKSUM : UDP_CHECKSUM);
        InternetChecksum.set(out, checksum, 0);
        int sum = InternetChecksum.fold((long) pseudo + own + InternetChecksum.sum(out, at, own));
        InternetChecksum.set(out, checksum, InternetChecksum.ofTransport(sum));
    }

    private int octet(int at) {
        return Byte.toUnsignedInt(memory.get(JAVA_BYTE, at));
    }

    private static int half(MemorySegment from, long at) {
        return Short.toUnsignedInt(from.get(HALF, at));
    }
}
