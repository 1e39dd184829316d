package switchd.feth;

import java.util.ArrayList;
import java.util.List;
import switchd.core.InterfaceKind;
import switchd.core.InterfaceName;
import switchd.core.LanMember;

/// What an operator should know of a bridge before VMs come into it.
final class BridgeNotices {
    private BridgeNotices() {}

    /// A sentence each.
    static List<String> of(InterfaceName bridge, List<LanMember> members) {
        List<String> notices = new ArrayList<>();
        if (members.isEmpty()) {
            notices.add(
                    "%s has no members: VMs there reach one another and this host, but no LAN; `sudo ifconfig %s addm en0` brings one in"
                            .formatted(bridge, bridge));
        }
        for (LanMember member : members) {
            if (member.kind() == InterfaceKind.WIFI || member.translatesAddresses()) {
                notices.add(
                        "%s is Wi-Fi: behind it all VMs have this Mac's hardware address, only IPv4, ARP and IPv6 pass, for at most 64 addresses"
                                .formatted(member.name()));
            }
        }
        if (members.stream().anyMatch(member -> member.kind() == InterfaceKind.VMENET)) {
            notices.add(
                    "%s belongs to macOS's own VM network and goes with its last VM; its VMs get slower while others are in it"
                            .formatted(bridge));
        }
        return List.copyOf(notices);
    }
}
