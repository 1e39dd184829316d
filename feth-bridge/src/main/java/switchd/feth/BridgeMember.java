package switchd.feth;

import switchd.core.InterfaceName;
import switchd.darwin.DarwinConstants;
import switchd.darwin.InterfaceControl;

/// A member of a bridge.
///
/// @param kind what it is
/// @param flags the `IFBIF_` bits
public record BridgeMember(InterfaceName name, Kind kind, int flags) {
    /// What members are.
    public enum Kind {
        /// A NIC, or something that looks like one.
        ETHERNET,
        WIFI,
        FETH,
        /// A VM of macOS's own vmnet.
        VMENET,
        VLAN,
        /// Several NICs in one (IEEE 802.3ad).
        BOND,
        OTHER;

        static Kind of(InterfaceName name, InterfaceControl.Type type) {
            return switch (type.type()) {
                case DarwinConstants.IFT_L2VLAN -> VLAN;
                case DarwinConstants.IFT_IEEE8023ADLAG -> BOND;
                case DarwinConstants.IFT_ETHER -> ofEthernet(name.value(), type.subfamily());
                default -> OTHER;
            };
        }

        /// macOS 11 and 12 have no subfamily for vmnet, and none ever had one for feths.
        private static Kind ofEthernet(String name, int subfamily) {
            if (subfamily == DarwinConstants.IFRTYPE_SUBFAMILY_WIFI) {
                return WIFI;
            }
            if (subfamily == DarwinConstants.IFRTYPE_SUBFAMILY_VMNET || name.startsWith("vmenet")) {
                return VMENET;
            }
            return name.startsWith("feth") ? FETH : ETHERNET;
        }
    }

    /// True where the bridge puts the Mac's own address in the place of all others' that send
    /// there, as Wi-Fi demands.
    public boolean translatesAddresses() {
        return (flags & DarwinConstants.IFBIF_MAC_NAT) != 0;
    }
}
