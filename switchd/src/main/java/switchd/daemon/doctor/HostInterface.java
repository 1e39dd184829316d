package switchd.daemon.doctor;

import java.util.Optional;
import switchd.core.InterfaceKind;
import switchd.core.InterfaceName;
import switchd.core.LanMember;
import switchd.core.MacAddress;

/// An interface of the host.
///
/// @param member what is told of it as a place where frames pass
/// @param address its hardware address, where it has one
/// @param bridge the bridge that it is a member of, if any
record HostInterface(
        LanMember member, Optional<MacAddress> address, Optional<InterfaceName> bridge) {
    InterfaceName name() {
        return member.name();
    }

    InterfaceKind kind() {
        return member.kind();
    }

    /// True for what every port has in a bridge: a bridge of these alone leads nowhere.
    boolean isVmSide() {
        return switch (kind()) {
            case TAP, FETH, VMENET -> true;
            default -> false;
        };
    }
}
