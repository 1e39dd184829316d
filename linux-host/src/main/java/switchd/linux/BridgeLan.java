package switchd.linux;

import static java.util.stream.Collectors.joining;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import switchd.core.FrameBatch;
import switchd.core.HostException;
import switchd.core.InterfaceName;
import switchd.core.Lan;
import switchd.core.LanMember;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.core.Undo;
import switchd.core.Uplink;

/// The LAN behind a Linux bridge: every port gets a TAP in it.
final class BridgeLan implements Lan {
    private final Linux linux;
    private final InterfaceName bridge;
    private final int mtu;
    private final List<String> notices;
    private boolean made;

    private BridgeLan(Linux linux, InterfaceName bridge, int mtu, List<String> notices) {
        this.linux = linux;
        this.bridge = bridge;
        this.mtu = mtu;
        this.notices = notices;
    }

    /// @throws HostException where there is no such bridge, it is down, or its MTU is out of reach
    static BridgeLan open(Linux linux, InterfaceName name) throws SwitchdException {
        try (Rtnetlink netlink = Rtnetlink.open(linux)) {
            LinkStatus bridge = usable(netlink, name);
            return new BridgeLan(linux, name, bridge.mtu(), notices(netlink, bridge));
        }
    }

    /// As [#open], but makes the bridge where it is missing, and removes it in [#close()] then.
    static BridgeLan openOrCreate(Linux linux, InterfaceName name) throws SwitchdException {
        try (Rtnetlink netlink = Rtnetlink.open(linux);
                Undo undo = new Undo()) {
            boolean missing = netlink.find(name) == null;
            if (missing) {
                netlink.addBridge(name);
                undo.push(() -> remove(linux, name));
                netlink.setUp(name);
            }
            BridgeLan lan = open(linux, name);
            lan.made = missing;
            undo.keep();
            return lan;
        } catch (SyscallException e) {
            throw Refusal.of("making the bridge " + name, e);
        }
    }

    private static void remove(Linux linux, InterfaceName name) throws SyscallException {
        try (Rtnetlink netlink = Rtnetlink.open(linux)) {
            netlink.delete(name);
        }
    }

    private static LinkStatus usable(Rtnetlink netlink, InterfaceName name)
            throws SwitchdException {
        @Nullable LinkStatus found = netlink.find(name);
        if (found == null) {
            throw new HostException(
                    "there is no bridge %s: create it with --create-bridge, or with `ip link add %s type bridge && ip link set"
                                    .formatted(name, name)
                            + " %s up`, %s".formatted(name, others(netlink)));
        }
        if (!found.isBridge()) {
            throw new HostException(
                    "%s is no bridge%s: use it with --interface %s, %s"
                            .formatted(name, kind(found), name, others(netlink)));
        }
        if (!found.isUp()) {
            throw new HostException(
                    "the bridge %s is down: switch it on with `ip link set %s up`"
                            .formatted(name, name));
        }
        if (found.mtu() > Tap.LARGEST_MTU) {
            throw new HostException(
                    "the bridge %s has an MTU of %d, a TAP has at most %d: `ip link set %s mtu %d`"
                            .formatted(name, found.mtu(), Tap.LARGEST_MTU, name, Tap.LARGEST_MTU));
        }
        return found;
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

    private static List<String> notices(Rtnetlink netlink, LinkStatus bridge)
            throws SwitchdException {
        List<String> notices = new ArrayList<>();
        for (LinkStatus member : netlink.members(bridge.index())) {
            if (member.mtu() < bridge.mtu()) {
                notices.add(
                        "%s has an MTU of %d, its member %s one of %d only: longer frames get lost there; `ip link set %s mtu %d`"
                                .formatted(
                                        bridge.name(),
                                        bridge.mtu(),
                                        member.name(),
                                        member.mtu(),
                                        bridge.name(),
                                        member.mtu()));
            }
        }
        return List.copyOf(notices);
    }

    @Override
    public InterfaceName interfaceName() {
        return bridge;
    }

    @Override
    public int mtu() {
        return mtu;
    }

    @Override
    public boolean connectsUplinks() {
        return true;
    }

    @Override
    public List<LanMember> members() throws SwitchdException {
        try (Rtnetlink netlink = Rtnetlink.open(linux)) {
            return netlink.members(netlink.require(bridge).index()).stream()
                    .flatMap(LinkStatus::asMember)
                    .toList();
        }
    }

    @Override
    public List<String> notices() {
        return notices;
    }

    @Override
    public Uplink openUplink(FrameBatch batch) throws SwitchdException {
        return TapUplink.open(linux, bridge, mtu, batch);
    }

    @Override
    public void close() {
        if (made) {
            made = false;
            try {
                remove(linux, bridge);
            } catch (SyscallException e) {
                System.getLogger(BridgeLan.class.getName())
                        .log(Level.WARNING, "the bridge " + bridge + " stays: " + e.getMessage());
            }
        }
    }
}
