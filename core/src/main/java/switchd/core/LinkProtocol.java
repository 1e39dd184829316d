package switchd.core;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Protocols that bridges and the two ends of a link speak, and a VM has no business with unless it
/// is a bridge itself: with them it could reshape the LAN's spanning tree or halt its ports.
///
/// Sources: IEEE 802.1Q-2018 tables 8-1 (reserved addresses), 10-1 (addresses of registration) and
/// 10-2 (its types: MVRP 0x88f5, MMRP 0x88f6), 802.3 annex 31B (pause) and 57A (slow protocols),
/// 802.1X, 802.1AB.
public enum LinkProtocol {
    /// Spanning trees of bridges, Cisco's per-VLAN ones included.
    STP,
    /// Flow control: MAC control frames, type 0x8808.
    PAUSE,
    /// Slow protocols, link aggregation among them: type 0x8809.
    LACP,
    /// Authentication at a port: type 0x888e.
    EAPOL,
    /// Discovery of neighbours: type 0x88cc.
    LLDP,
    /// Cisco's discovery, trunking and VLAN protocols: 01:00:0c:cc:cc:cc.
    CDP,
    /// Bridges' registration of VLANs and groups (MVRP, MMRP, the former GVRP and GMRP): types
    /// 0x88f5 and 0x88f6, 01:80:c2:00:00:20 and 21.
    MVRP,
    /// All else to the addresses that no bridge passes on: 01:80:c2:00:00:00 to 0f.
    RESERVED;

    private static final long RESERVED_ADDRESSES = 0x0180_c200_0000L;
    private static final long REGISTRATION = 0x0180_c200_0020L;
    private static final long CISCO = 0x0100_0ccc_cccdL;

    /// What frame `i` is, or null where it is none of these. It must have 14 bytes; one tag before
    /// its type is looked behind.
    static @Nullable LinkProtocol of(FrameBatch frames, int i) {
        int type = frames.type(i);
        if (VlanGuard.isTag(type) && frames.length(i) >= EthernetFrame.SHORTEST_TAGGED) {
            type = frames.innerType(i);
        }
        if (type >>> 8 == 0x88) {
            switch (type) {
                case 0x8808 -> {
                    return PAUSE;
                }
                case 0x8809 -> {
                    return LACP;
                }
                case 0x888e -> {
                    return EAPOL;
                }
                case 0x88cc -> {
                    return LLDP;
                }
                case 0x88f5, 0x88f6 -> {
                    return MVRP;
                }
                default -> {}
            }
        }
        return ofAddress(frames.destination(i));
    }

    private static @Nullable LinkProtocol ofAddress(long destination) {
        if ((destination & ~0xfL) == RESERVED_ADDRESSES) {
            return switch ((int) destination & 0xf) {
                case 0x0, 0x8 -> STP;
                case 0x1 -> PAUSE;
                case 0x2 -> LACP;
                case 0x3 -> EAPOL;
                case 0xe -> LLDP;
                default -> RESERVED;
            };
        }
        if ((destination & ~1L) == REGISTRATION) {
            return MVRP;
        }
        if (destination == CISCO) {
            return STP;
        }
        return destination == CISCO - 1 ? CDP : null;
    }

    /// The name in the configuration and in reports.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
