package switchd.linux;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import switchd.core.FrameBatch;
import switchd.core.HostException;
import switchd.core.InterfaceName;
import switchd.core.Lan;
import switchd.core.LanEvent;
import switchd.core.LanMember;
import switchd.core.MemberWatch;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.core.Undo;
import switchd.core.Uplink;

/// The LAN behind a Linux bridge: every port gets a TAP in it.
///
/// Whenever the host's interfaces change, it looks whether the TAPs are as they were made; those
/// that are not are lost. Used by the loop's thread alone.
final class BridgeLan implements Lan, LinkWatch.Viewer {
    private static final System.Logger LOG = System.getLogger(BridgeLan.class.getName());
    private static final String CURE = "`ip link set %1$s master %2$s`";

    /// There is no bridge that was made here.
    private static final int NONE = 0;

    private final Linux linux;
    private final LinkWatch watch;
    private final InterfaceName name;
    private final int mtu;
    private final MemberWatch members;
    private final List<TapUplink> uplinks = new ArrayList<>();
    private BridgeView view;
    private Runnable changed = () -> {};
    private boolean creates;
    private boolean offload = true;
    private int madeIndex = NONE;

    private BridgeLan(Linux linux, LinkWatch watch, BridgeView view, int mtu) {
        this.linux = linux;
        this.watch = watch;
        this.name = view.name();
        this.view = view;
        this.mtu = mtu;
        this.members = new MemberWatch(name, view.lasting().toList(), CURE);
    }

    /// @throws HostException where there is no such bridge, it is down, or its MTU is out of reach
    static BridgeLan open(Linux linux, LinkWatch watch, InterfaceName name)
            throws SwitchdException {
        try (Rtnetlink netlink = Rtnetlink.open(linux)) {
            int mtu = BridgeCheck.usable(netlink, name).mtu();
            // TAPs of our other networks may be in it.
            var view = BridgeView.of(name, netlink.links(), watch.ours());
            BridgeLan lan = new BridgeLan(linux, watch, view, mtu);
            watch.add(lan);
            return lan;
        }
    }

    /// As [#open], but makes the bridge where it is missing, then and later, and removes it in
    /// [#close()] then.
    static BridgeLan openOrCreate(Linux linux, LinkWatch watch, InterfaceName name)
            throws SwitchdException {
        try (Rtnetlink netlink = Rtnetlink.open(linux);
                Undo undo = new Undo()) {
            int made = netlink.find(name) == null ? make(netlink, name) : NONE;
            undo.push(() -> remove(linux, name, made));
            BridgeLan lan = open(linux, watch, name);
            lan.creates = made != NONE;
            lan.madeIndex = made;
            undo.keep();
            return lan;
        } catch (SyscallException e) {
            throw Refusal.of("making the bridge " + name, e);
        }
    }

    private static int make(Rtnetlink netlink, InterfaceName name) throws SwitchdException {
        try (Undo undo = new Undo()) {
            try {
                netlink.addBridge(name);
            } catch (SyscallException e) {
                if (e.isShortage()) {
                    removeUnanswered(netlink, name);
                }
                throw e;
            }
            undo.push(() -> netlink.delete(name));
            netlink.setUp(name);
            int index = netlink.require(name).index();
            undo.keep();
            return index;
        }
    }

    /// Where the kernel had no memory for its answer, the bridge was made all the same: as new as
    /// none of others is.
    private static void removeUnanswered(Rtnetlink netlink, InterfaceName name)
            throws SyscallException {
        @Nullable LinkStatus found = netlink.find(name);
        if (found != null
                && found.isBridge()
                && !found.isUp()
                && netlink.members(found.index()).isEmpty()) {
            netlink.delete(name);
        }
    }

    /// Unless it is another one of the same name.
    private static void remove(Linux linux, InterfaceName name, int made) throws SyscallException {
        if (made == NONE) {
            return;
        }
        try (Rtnetlink netlink = Rtnetlink.open(linux)) {
            @Nullable LinkStatus found = netlink.find(name);
            if (found != null && found.index() == made) {
                netlink.delete(name);
            }
        }
    }

    @Override
    public InterfaceName interfaceName() {
        return name;
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
            return netlink.members(netlink.require(name).index()).stream()
                    .flatMap(LinkStatus::asMember)
                    .toList();
        }
    }

    @Override
    public List<String> notices() {
        List<String> notices = view.notices(mtu);
        notices.addAll(members.notices());
        return List.copyOf(notices);
    }

    @Override
    public void whenChanged(Runnable listener) {
        changed = listener;
    }

    @Override
    public void whenMembersChange(Consumer<LanEvent> listener) {
        members.listener(listener);
    }

    @Override
    public void keepMembers() {
        members.keep();
    }

    @Override
    public void withoutOffload() {
        offload = false;
    }

    @Override
    public void checkReturn() throws SwitchdException {
        try (Rtnetlink netlink = Rtnetlink.open(linux)) {
            @Nullable LinkStatus found = netlink.find(name);
            if (found != null && members.hadAny() && netlink.members(found.index()).isEmpty()) {
                throw new HostException(
                        "%s has no members yet, and one of our TAPs must not be the first: it waits for another, as %s was"
                                .formatted(name, members.names().getFirst()));
            }
        }
    }

    @Override
    public Uplink openUplink(FrameBatch batch) throws SwitchdException {
        try (Rtnetlink netlink = Rtnetlink.open(linux)) {
            if (creates) {
                mend(netlink);
            }
            BridgeCheck.usable(netlink, name);
        }
        TapUplink uplink = TapUplink.open(linux, name, mtu, offload, batch, uplinks::remove);
        uplinks.add(uplink);
        return uplink;
    }

    /// A bridge that was made here is made again, and switched on again; another one is not.
    private void mend(Rtnetlink netlink) throws SwitchdException {
        @Nullable LinkStatus found = netlink.find(name);
        if (found == null) {
            madeIndex = make(netlink, name);
        } else if (found.index() == madeIndex && !found.isUp()) {
            netlink.setUp(name);
        }
    }

    @Override
    public List<Integer> ours() {
        return uplinks.stream().map(TapUplink::index).toList();
    }

    @Override
    public void look(List<LinkStatus> links) throws SwitchdException {
        BridgeView before = view;
        BridgeView now = BridgeView.of(name, links, watch.ours());
        view = now;
        for (TapUplink uplink : List.copyOf(uplinks)) {
            @Nullable String reason = now.missing(uplink);
            @Nullable LinkStatus tap = now.link(uplink.index());
            if (reason != null || tap == null) {
                uplink.lose(String.valueOf(reason));
            } else {
                uplink.restore(tap, mtu, watch.now());
            }
        }
        if (!now.condition().equals(before.condition())) {
            changed.run();
        }
        members.look(new Now(now), watch.now());
    }

    private final class Now implements MemberWatch.Bridge {
        private final BridgeView seen;

        private Now(BridgeView seen) {
            this.seen = seen;
        }

        @Override
        public MemberWatch.Place placeOf(InterfaceName member) {
            return seen.placeOf(member);
        }

        @Override
        public void putBack(InterfaceName member) throws SwitchdException {
            try (Rtnetlink netlink = Rtnetlink.open(linux)) {
                netlink.setMaster(member, name);
            }
        }
    }

    @Override
    public void endUplinks() {
        if (uplinks.size() > 1) {
            try {
                LinkGroup.remove(linux, ours());
            } catch (SyscallException e) {
                LOG.log(Level.DEBUG, "TAPs are removed one by one: " + e.getMessage());
            }
        }
    }

    @Override
    public void close() {
        watch.remove(this);
        int made = madeIndex;
        madeIndex = NONE;
        try {
            remove(linux, name, made);
        } catch (SyscallException e) {
            LOG.log(Level.WARNING, "the bridge " + name + " stays: " + e.getMessage());
        }
    }
}
