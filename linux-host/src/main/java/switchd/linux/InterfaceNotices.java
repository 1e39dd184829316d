package switchd.linux;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import switchd.core.InterfaceName;
import switchd.core.SyscallException;

/// What an operator should know of a NIC that ports use.
final class InterfaceNotices {
    private InterfaceNotices() {}

    static String down(String name) {
        return "the interface %1$s is down: switch it on with `ip link set %1$s up`"
                .formatted(name);
    }

    /// @param links all interfaces of the host
    /// @param mtu what the VMs use
    /// @throws SyscallException where the kernel does not tell
    static List<String> of(Linux linux, List<LinkStatus> links, LinkStatus nic, int mtu)
            throws SyscallException {
        String name = nic.name();
        List<String> notices = new ArrayList<>();
        notices.add(
                "this host and VMs on the interface %s cannot talk to one another; where they must, put %s in a bridge and use --bridge"
                        .formatted(name, name));
        if (!nic.isUp()) {
            notices.add(down(name));
        }
        if (nic.mtu() < mtu) {
            notices.add(
                    "%1$s has an MTU of %2$d now, the VMs go on with %3$d: `ip link set %1$s mtu %3$d`"
                            .formatted(name, nic.mtu(), mtu));
        }
        if (nic.isBridge()) {
            notices.add("%s is a bridge: --bridge %s also connects the host".formatted(name, name));
        }
        if (nic.master() != 0) {
            notices.add(
                    "%s is a member of %s: --bridge %2$s also connects the host"
                            .formatted(name, nameOf(links, nic.master())));
        }
        if (nic.kind().equals("veth")) {
            notices.add(
                    "%s is a veth: frames come without checksums and longer than its MTU unless `ethtool -K PEER tx off` was said to its other end"
                            .formatted(name));
        }
        List<String> joining = joiningFrames(linux, nic);
        if (!joining.isEmpty()) {
            notices.add(
                    "%s puts received frames together to some that are longer than its MTU (%s), and these get lost; `ethtool -K %s %s`"
                            .formatted(
                                    name,
                                    String.join(", ", joining),
                                    name,
                                    String.join(" off ", joining) + " off"));
        }
        return List.copyOf(notices);
    }

    private static List<String> joiningFrames(Linux linux, LinkStatus nic) throws SyscallException {
        @Nullable InterfaceName name = nic.validName().findFirst().orElse(null);
        return name == null ? List.of() : Offloads.joiningFrames(linux, name);
    }

    private static String nameOf(List<LinkStatus> links, int index) {
        return links.stream()
                .filter(link -> link.index() == index)
                .map(LinkStatus::name)
                .findFirst()
                .orElse("another interface");
    }
}
