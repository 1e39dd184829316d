package switchd.linux;

import static java.util.stream.Collectors.joining;

import org.jspecify.annotations.Nullable;
import switchd.core.HostException;
import switchd.core.InterfaceName;
import switchd.core.SwitchdException;

/// What can be wrong with a bridge, and the cures.
final class BridgeCheck {
    private BridgeCheck() {}

    /// The bridge of this name.
    ///
    /// @throws HostException where there is none, it is down, or its MTU is out of reach
    static LinkStatus usable(Rtnetlink netlink, InterfaceName name) throws SwitchdException {
        @Nullable LinkStatus found = netlink.find(name);
        if (found == null) {
            throw new HostException(
                    "there is no bridge %1$s: create it with --create-bridge (\"create\": true in a file), or with `ip link add %1$s type bridge && ip link set %1$s up`, %2$s"
                            .formatted(name, others(netlink)));
        }
        if (!found.isBridge()) {
            throw new HostException(
                    "%s is no bridge%s: use it with --interface %s, %s"
                            .formatted(name, kind(found), name, others(netlink)));
        }
        if (!found.isUp()) {
            throw new HostException(down(name));
        }
        if (found.mtu() > Tap.LARGEST_MTU) {
            throw new HostException(
                    "the bridge %s has an MTU of %d, a TAP has at most %d: `ip link set %s mtu %d`"
                            .formatted(name, found.mtu(), Tap.LARGEST_MTU, name, Tap.LARGEST_MTU));
        }
        return found;
    }

    static String down(InterfaceName name) {
        return "the bridge %s is down: switch it on with `ip link set %s up`".formatted(name, name);
    }

    private static String kind(LinkStatus link) {
        return link.kind().isEmpty() ? "" : " but of kind " + link.kind();
    }

    private static String others(Rtnetlink netlink) throws SwitchdException {
        String bridges =
                netlink.links().stream()
                        .filter(LinkStatus::isBridge)
                        .map(LinkStatus::name)
                        .collect(joining(", "));
        return bridges.isEmpty()
                ? "there is no other bridge on this host"
                : "or name one of the bridges: " + bridges;
    }
}
