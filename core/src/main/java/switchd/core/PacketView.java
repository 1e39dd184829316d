package switchd.core;

import static java.nio.ByteOrder.BIG_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The headers of a frame's packet, read where they lie. What is beyond [#end] belongs to others:
/// whoever reads further than [#read] has checked asks [#has] first.
///
/// Used by the loop's thread alone; nothing here allocates after construction, but [#sender].
final class PacketView {
    static final int IP4 = 0x0800;
    static final int ARP = 0x0806;
    static final int RARP = 0x8035;
    static final int IP6 = 0x86dd;
    static final int ICMP = 1;
    static final int IGMP = 2;
    static final int UDP = 17;
    static final int ICMP6 = 58;

    /// Of the later fragments of a packet: what is in them is not known.
    static final int NOWHERE = -1;

    private static final int ARP_BYTES = 28;
    private static final int IP4_BYTES = 20;
    private static final int IP6_BYTES = 40;
    private static final int MOST_EXTENSIONS = 8;
    private static final int VLAN_ID = 0xfff;
    private static final ValueLayout.OfShort HALF =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(BIG_ENDIAN);
    private static final ValueLayout.OfInt WORD =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(BIG_ENDIAN);

    private MemorySegment memory = MemorySegment.NULL;

    /// The two hardware addresses of the frame.
    long source;

    long destination;

    /// As the VM sees it; 0 where there is none.
    int vlan;

    int type;

    /// Where the ARP or IP packet begins.
    int at;

    /// Where it ends, or the frame where it is neither.
    int end;

    /// The source address as in [Leases]; of ARP, the sender's.
    long high;

    long low;

    /// What the packet carries, behind all extensions.
    int protocol;

    /// Where that begins, or [#NOWHERE].
    int payload;

    boolean fragment;
    boolean extended;

    /// Bytes of the frame behind [#end].
    int trailer;

    /// True where a tag says nothing but a priority: not all stations take that for no tag.
    boolean prioritised;

    /// Reads the headers of frame `i`, which must have 14 bytes.
    ///
    /// @param access the VLAN that the VM sees untagged; 0 for none
    /// @return false where it is cut, lies of its length, has two tags, is split amid its headers,
    ///   or has more headers than anybody needs
    boolean read(FrameBatch frames, int i, int access) {
        memory = frames.memory();
        at = frames.offset(i) + EthernetFrame.SHORTEST;
        end = frames.offset(i) + frames.length(i);
        source = frames.source(i);
        destination = frames.destination(i);
        type = frames.type(i);
        vlan = 0;
        prioritised = false;
        if (VlanGuard.isTag(type)) {
            if (type != VlanGuard.TAG || !has(at, FrameBatch.TAG_BYTES)) {
                return false;
            }
            int id = frames.tag(i) & VLAN_ID;
            vlan = id == access ? 0 : id;
            prioritised = id == 0;
            type = frames.innerType(i);
            at += FrameBatch.TAG_BYTES;
        }
        protocol = 0;
        payload = NOWHERE;
        fragment = false;
        extended = false;
        int whole = end;
        boolean readable =
                switch (type) {
                    case ARP, RARP -> arp();
                    case IP4 -> four();
                    case IP6 -> six();
                    default -> !VlanGuard.isTag(type);
                };
        trailer = whole - end;
        return readable;
    }

    private boolean arp() {
        if (!has(at, ARP_BYTES)) {
            return false;
        }
        end = at + ARP_BYTES;
        high = Leases.IP4;
        low = word(at + 14);
        return true;
    }

    private boolean four() {
        if (!has(at, IP4_BYTES) || octet(at) >>> 4 != 4) {
            return false;
        }
        int header = (octet(at) & 15) * Integer.BYTES;
        int total = half(at + 2);
        if (header < IP4_BYTES || total < header || !has(at, total)) {
            return false;
        }
        end = at + total;
        high = Leases.IP4;
        low = word(at + 12);
        int split = half(at + 6) & 0x3fff;
        fragment = split != 0;
        protocol = octet(at + 9);
        if ((split & 0x1fff) != 0) {
            return true;
        }
        payload = at + header;
        return hasTransport();
    }

    private boolean six() {
        if (!has(at, IP6_BYTES) || octet(at) >>> 4 != 6) {
            return false;
        }
        int length = half(at + 4);
        if (!has(at + IP6_BYTES, length)) {
            return false;
        }
        end = at + IP6_BYTES + length;
        high = number(at + 8);
        low = number(at + 16);
        return extensions(octet(at + 6), at + IP6_BYTES);
    }

    private boolean extensions(int first, int from) {
        int next = first;
        int here = from;
        for (int count = 0; count <= MOST_EXTENSIONS; count++) {
            int length;
            switch (next) {
                // Hop-by-hop and destination options, routing, mobility, HIP, shim6.
                case 0, 43, 60, 135, 139, 140 ->
                        length = has(here, 2) ? (octet(here + 1) + 1) * 8 : 0;
                case 51 -> length = has(here, 2) ? (octet(here + 1) + 2) * 4 : 0; // AH
                case 44 -> length = fragment ? 0 : 8;
                default -> {
                    protocol = next;
                    payload = here;
                    return hasTransport();
                }
            }
            if (length == 0 || !has(here, length)) {
                return false;
            }
            extended = true;
            boolean split = next == 44;
            next = octet(here);
            if (split) {
                fragment = true;
                if (half(here + 2) >>> 3 != 0) {
                    protocol = next;
                    return true;
                }
            }
            here += length;
        }
        return false;
    }

    /// RFC 7112: the first fragment has all headers.
    private boolean hasTransport() {
        return switch (protocol) {
            case UDP, IGMP -> has(payload, 8);
            case ICMP, ICMP6 -> has(payload, 4);
            default -> true;
        };
    }

    /// True where the packet has `length` bytes at `offset`.
    boolean has(int offset, int length) {
        return offset <= end && length <= end - offset;
    }

    /// True where it carries this, and begins to do so here.
    boolean carries(int what) {
        return protocol == what && payload != NOWHERE;
    }

    /// True where it is UDP for that port, and begins to be so here.
    boolean isFor(int port) {
        return carries(UDP) && half(payload + 2) == port;
    }

    /// True where it is IGMP as a station sends it that has no address yet (RFC 3376, 4.2.13).
    boolean isGroupReport() {
        if (protocol != IGMP || fragment) {
            return false;
        }
        int kind = octet(payload);
        return kind == 0x12 || kind == 0x16 || kind == 0x17 || kind == 0x22;
    }

    int octet(int offset) {
        return Byte.toUnsignedInt(memory.get(ValueLayout.JAVA_BYTE, offset));
    }

    int half(int offset) {
        return Short.toUnsignedInt(memory.get(HALF, offset));
    }

    long word(int offset) {
        return Integer.toUnsignedLong(memory.get(WORD, offset));
    }

    long mac(int offset) {
        return (long) half(offset) << 32 | word(offset + 2);
    }

    long number(int offset) {
        return memory.get(LONG, offset);
    }

    /// Who has sent frame `i`, for people; empty where it is no ARP or IP packet.
    static String sender(FrameBatch frames, int i) {
        PacketView packet = new PacketView();
        if (!packet.read(frames, i, 0)) {
            return "";
        }
        return switch (packet.type) {
            case ARP, RARP, IP4 -> ", from " + new IpAddress(false, 0, packet.low);
            case IP6 -> ", from " + new IpAddress(true, packet.high, packet.low);
            default -> "";
        };
    }
}
