package switchd.linux;

import static java.util.stream.Collectors.joining;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import switchd.core.FrameBatch;
import switchd.core.HostException;
import switchd.core.InterfaceName;
import switchd.core.Lan;
import switchd.core.LanMember;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.core.Uplink;
import switchd.posix.Fd;

/// The LAN that a NIC is on: every port gets a packet socket on it. The host itself cannot talk to
/// the VMs there.
///
/// The NIC is the one that had the name when it was opened, whatever it is called later. Where it
/// is gone, the next one of that name takes its place. Used by the loop's thread alone.
final class InterfaceLan implements Lan, LinkWatch.Viewer {
    private final Linux linux;
    private final LinkWatch watch;
    private final Arena arena = Arena.ofConfined();
    private final InterfaceName asked;
    private final int mtu;
    private final List<PacketUplink> uplinks = new ArrayList<>();
    private LinkStatus nic;
    private @Nullable LinkStatus seen;
    private List<String> notices;
    private Runnable changed = () -> {};
    private @Nullable MmsgIo io;

    private InterfaceLan(
            Linux linux,
            LinkWatch watch,
            InterfaceName asked,
            LinkStatus nic,
            List<String> notices) {
        this.linux = linux;
        this.watch = watch;
        this.asked = asked;
        this.nic = nic;
        this.seen = nic;
        this.mtu = nic.mtu();
        this.notices = notices;
    }

    /// @throws HostException where there is no such NIC, it is down, or carries no Ethernet
    static InterfaceLan open(Linux linux, LinkWatch watch, InterfaceName name)
            throws SwitchdException {
        try (Rtnetlink netlink = Rtnetlink.open(linux)) {
            List<LinkStatus> links = netlink.links();
            LinkStatus nic = usable(links, watch.ours(), named(links, name), name);
            List<String> notices = InterfaceNotices.of(linux, links, nic, nic.mtu());
            InterfaceLan lan = new InterfaceLan(linux, watch, name, nic, notices);
            watch.add(lan);
            return lan;
        }
    }

    private static @Nullable LinkStatus named(List<LinkStatus> links, InterfaceName name) {
        return links.stream()
                .filter(link -> link.name().equals(name.value()))
                .findFirst()
                .orElse(null);
    }

    private static LinkStatus usable(
            List<LinkStatus> links,
            Set<Integer> ours,
            @Nullable LinkStatus found,
            InterfaceName name)
            throws HostException {
        if (found == null) {
            throw new HostException(
                    "there is no interface %s: name one of: %s"
                            .formatted(name, others(links, ours)));
        }
        if (!found.isEthernet()) {
            throw new HostException(
                    "%s carries no Ethernet frames: name one of: %s"
                            .formatted(name, others(links, ours)));
        }
        if (!found.isUp()) {
            throw new HostException(InterfaceNotices.down(found.name()));
        }
        return found;
    }

    private static String others(List<LinkStatus> links, Set<Integer> ours) {
        String nics =
                links.stream()
                        .filter(link -> link.isEthernet() && link.isUp())
                        .filter(link -> !ours.contains(link.index()))
                        .map(LinkStatus::name)
                        .collect(joining(", "));
        return nics.isEmpty() ? "(none on this host carries Ethernet and is up)" : nics;
    }

    @Override
    public InterfaceName interfaceName() {
        return nic.validName().findFirst().orElse(asked);
    }

    @Override
    public int mtu() {
        return mtu;
    }

    @Override
    public boolean connectsUplinks() {
        return false;
    }

    @Override
    public List<LanMember> members() throws SwitchdException {
        try (Rtnetlink netlink = Rtnetlink.open(linux)) {
            return netlink.require(interfaceName()).asMember().toList();
        }
    }

    @Override
    public List<String> notices() {
        return notices;
    }

    @Override
    public Uplink openUplink(FrameBatch batch) throws SwitchdException {
        try (Rtnetlink netlink = Rtnetlink.open(linux)) {
            List<LinkStatus> links = netlink.links();
            nic = usable(links, watch.ours(), current(links), asked);
        }
        MmsgIo shared = io;
        if (shared == null || shared.slots() != batch) {
            shared = MmsgIo.ofPackets(linux, arena, batch);
            io = shared;
        }
        PacketUplink uplink =
                PacketUplink.open(linux, shared, interfaceName(), nic.index(), uplinks::remove);
        uplinks.add(uplink);
        return uplink;
    }

    /// The NIC that we know, or where that is gone the one of its name; null without.
    private @Nullable LinkStatus current(List<LinkStatus> links) {
        @Nullable LinkStatus known = numbered(links, nic.index());
        return known == null ? named(links, asked) : known;
    }

    private static @Nullable LinkStatus numbered(List<LinkStatus> links, int index) {
        return links.stream().filter(link -> link.index() == index).findFirst().orElse(null);
    }

    @Override
    public List<Integer> ours() {
        return List.of();
    }

    @Override
    public void whenChanged(Runnable listener) {
        changed = listener;
    }

    @Override
    public void look(List<LinkStatus> links) throws SyscallException {
        @Nullable LinkStatus known = numbered(links, nic.index());
        if (known == null) {
            lose(nic.name() + " was removed");
        } else {
            nic = known;
            uplinks.forEach(uplink -> uplink.name(interfaceName()));
            if (!known.isUp()) {
                lose(InterfaceNotices.down(known.name()));
            }
        }
        @Nullable LinkStatus now = current(links);
        if (!Objects.equals(now, seen)) {
            seen = now;
            changed.run();
            notices =
                    now == null
                            ? List.of(nic.name() + " was removed")
                            : InterfaceNotices.of(linux, links, now, mtu);
        }
    }

    private void lose(String reason) {
        List.copyOf(uplinks).forEach(uplink -> uplink.lose(reason));
    }

    @Override
    public void endUplinks() {
        Fd.closeTogether(uplinks.stream().map(PacketUplink::descriptor).toList(), NativeLinux::new);
    }

    @Override
    public void close() {
        watch.remove(this);
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
