package switchd.linux;

import static switchd.linux.NetlinkConstants.AF_BRIDGE;
import static switchd.linux.NetlinkConstants.BRIDGE_VLAN_INFO_RANGE_BEGIN;
import static switchd.linux.NetlinkConstants.BRIDGE_VLAN_INFO_RANGE_END;
import static switchd.linux.NetlinkConstants.IFLA_BRIDGE_VLAN_INFO;
import static switchd.linux.NetlinkConstants.IFLA_BRPORT_ISOLATED;
import static switchd.linux.NetlinkConstants.IFLA_INFO_SLAVE_DATA;
import static switchd.linux.NetlinkConstants.IFLA_INFO_SLAVE_KIND;
import static switchd.linux.NetlinkConstants.IFLA_LINKINFO;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import switchd.core.Errno;
import switchd.core.HostException;
import switchd.core.InterfaceName;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.core.VlanPolicy;

/// What a Linux bridge does at one of its members.
///
/// Source: Linux `net/bridge/br_netlink.c`, `include/uapi/linux/if_bridge.h`.
final class BridgePort {
    private static final int OLDEST_MAJOR = 4;
    private static final int OLDEST_MINOR = 18;

    private BridgePort() {}

    /// Has the bridge pass nothing between `member` and its other isolated members.
    ///
    /// @throws HostException where the kernel is older than 4.18: it would say yes and do nothing
    static void isolate(Linux linux, InterfaceName member) throws SwitchdException {
        requireRelease(System.getProperty("os.version"));
        try (Rtnetlink netlink = Rtnetlink.open(linux)) {
            netlink.change(
                    member,
                    "type bridge_slave isolated on",
                    0,
                    link -> link.nested(IFLA_LINKINFO, BridgePort::isolated));
        }
    }

    private static void isolated(NetlinkMessage info) {
        info.text(IFLA_INFO_SLAVE_KIND, "bridge")
                .nested(IFLA_INFO_SLAVE_DATA, port -> port.octet(IFLA_BRPORT_ISOLATED, 1));
    }

    static void requireRelease(String release) throws HostException {
        String[] parts = release.split("[^0-9]+", 3);
        int major = Integer.parseInt(parts[0]);
        int minor = parts.length > 1 && !parts[1].isEmpty() ? Integer.parseInt(parts[1]) : 0;
        if (major < OLDEST_MAJOR || (major == OLDEST_MAJOR && minor < OLDEST_MINOR)) {
            throw new HostException(
                    "isolating ports in a bridge takes Linux 4.18, this is %s: use --interface, or a newer kernel"
                            .formatted(release));
        }
    }

    /// Lets the VLANs of a port pass at `member`, where the bridge filters VLANs; a bridge that
    /// does not keeps them in mind.
    ///
    /// @throws SyscallException where the kernel refuses
    static void carry(Linux linux, InterfaceName member, VlanPolicy vlans) throws SyscallException {
        List<Integer> ids =
                switch (vlans) {
                    case VlanPolicy.Any() -> List.of();
                    case VlanPolicy.Access(int id) -> List.of(id);
                    case VlanPolicy.Trunk(var several) -> several;
                };
        try (Rtnetlink netlink = Rtnetlink.open(linux)) {
            int first = 0;
            for (int i = 0; i < ids.size(); i++) {
                boolean ends = i + 1 == ids.size() || ids.get(i + 1) != ids.get(i) + 1;
                if (ids.get(i) == 0) {
                    first = i + 1; // untagged frames pass as the bridge's own default has it
                } else if (ends) {
                    add(netlink, member, ids.get(first), ids.get(i));
                    first = i + 1;
                }
            }
        }
    }

    private static void add(Rtnetlink netlink, InterfaceName member, int from, int to)
            throws SyscallException {
        String what = "vlan " + (from == to ? from : from + "-" + to);
        try {
            netlink.setLink(
                    member,
                    AF_BRIDGE,
                    what,
                    families -> {
                        if (from == to) {
                            families.bytes(IFLA_BRIDGE_VLAN_INFO, info(0, from));
                        } else {
                            families.bytes(
                                    IFLA_BRIDGE_VLAN_INFO,
                                    info(BRIDGE_VLAN_INFO_RANGE_BEGIN, from));
                            families.bytes(
                                    IFLA_BRIDGE_VLAN_INFO, info(BRIDGE_VLAN_INFO_RANGE_END, to));
                        }
                    });
        } catch (SyscallException e) {
            if (!e.is(Errno.EOPNOTSUPP)) { // no bridge of this kernel filters VLANs
                throw e;
            }
        }
    }

    /// `struct bridge_vlan_info`
    private static byte[] info(int flags, int id) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.nativeOrder())
                .putShort((short) flags)
                .putShort((short) id)
                .array();
    }
}
