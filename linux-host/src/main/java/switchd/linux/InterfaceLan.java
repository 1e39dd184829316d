package switchd.linux;

import static java.util.stream.Collectors.joining;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import switchd.core.FrameBatch;
import switchd.core.HostException;
import switchd.core.InterfaceName;
import switchd.core.Lan;
import switchd.core.LanMember;
import switchd.core.SwitchdException;
import switchd.core.Uplink;

/// The LAN that a NIC is on: every port gets a packet socket on it. The host itself cannot talk to
/// the VMs there.
final class InterfaceLan implements Lan {
    private final Linux linux;
    private final Arena arena = Arena.ofConfined();
    private final InterfaceName nic;
    private final LinkStatus status;
    private final List<String> notices;
    private @Nullable MmsgIo io;

    private InterfaceLan(Linux linux, InterfaceName nic, LinkStatus status, List<String> notices) {
        this.linux = linux;
        this.nic = nic;
        this.status = status;
        this.notices = notices;
    }

    /// @throws HostException where there is no such NIC, it is down, or carries no Ethernet
    static InterfaceLan open(Linux linux, InterfaceName name) throws SwitchdException {
        try (Rtnetlink netlink = Rtnetlink.open(linux)) {
            LinkStatus nic = usable(netlink, name);
            return new InterfaceLan(linux, name, nic, notices(linux, netlink, name, nic));
        }
    }

    private static LinkStatus usable(Rtnetlink netlink, InterfaceName name)
            throws SwitchdException {
        @Nullable LinkStatus found = netlink.find(name);
        if (found == null) {
            throw new HostException(
                    "there is no interface %s: name one of: %s".formatted(name, others(netlink)));
        }
        if (!found.isEthernet()) {
            throw new HostException(
                    "%s carries no Ethernet frames: name one of: %s"
                            .formatted(name, others(netlink)));
        }
        if (!found.isUp()) {
            throw new HostException(
                    "the interface %s is down: switch it on with `ip link set %s up`"
                            .formatted(name, name));
        }
        return found;
    }

    private static String others(Rtnetlink netlink) throws SwitchdException {
        String nics =
                netlink.links().stream()
                        .filter(link -> link.isEthernet() && link.isUp())
                        .map(LinkStatus::name)
                        .collect(joining(", "));
        return nics.isEmpty() ? "(none on this host carries Ethernet and is up)" : nics;
    }

    private static List<String> notices(
            Linux linux, Rtnetlink netlink, InterfaceName name, LinkStatus nic)
            throws SwitchdException {
        List<String> notices = new ArrayList<>();
        notices.add(
                "this host and VMs on the interface %s cannot talk to one another; where they must, put %s in a bridge and use --bridge"
                        .formatted(name, name));
        if (nic.isBridge()) {
            notices.add("%s is a bridge: --bridge %s also connects the host".formatted(name, name));
        }
        if (nic.master() != 0) {
            notices.add(
                    "%s is a member of %s: --bridge %2$s also connects the host"
                            .formatted(name, nameOf(netlink, nic.master())));
        }
        if (nic.kind().equals("veth")) {
            notices.add(
                    "%s is a veth: frames come without checksums and longer than its MTU unless `ethtool -K PEER tx off` was said to its other end"
                            .formatted(name));
        }
        List<String> joining = Offloads.joiningFrames(linux, name);
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

    private static String nameOf(Rtnetlink netlink, int index) throws SwitchdException {
        return netlink.links().stream()
                .filter(link -> link.index() == index)
                .map(LinkStatus::name)
                .findFirst()
                .orElse("another interface");
    }

    @Override
    public InterfaceName interfaceName() {
        return nic;
    }

    @Override
    public int mtu() {
        return status.mtu();
    }

    @Override
    public boolean connectsUplinks() {
        return false;
    }

    @Override
    public List<LanMember> members() throws SwitchdException {
        try (Rtnetlink netlink = Rtnetlink.open(linux)) {
            return netlink.require(nic).asMember().toList();
        }
    }

    @Override
    public List<String> notices() {
        return notices;
    }

    @Override
    public Uplink openUplink(FrameBatch batch) throws SwitchdException {
        MmsgIo shared = io;
        if (shared == null || shared.slots() != batch) {
            shared = MmsgIo.ofPackets(linux, arena, batch);
            io = shared;
        }
        return PacketUplink.open(linux, shared, nic, status.index());
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
