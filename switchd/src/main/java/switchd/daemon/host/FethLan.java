package switchd.daemon.host;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import switchd.bpf.BpfDevice;
import switchd.core.Errno;
import switchd.core.FrameBatch;
import switchd.core.HostException;
import switchd.core.InterfaceKind;
import switchd.core.InterfaceName;
import switchd.core.Lan;
import switchd.core.LanEvent;
import switchd.core.LanMember;
import switchd.core.MemberWatch;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.core.Undo;
import switchd.core.Uplink;
import switchd.darwin.DarwinConstants;
import switchd.darwin.InterfaceControl;
import switchd.feth.Bridge;
import switchd.feth.FakeSettings;
import switchd.feth.FethPair;

/// The LAN behind a macOS bridge: every port gets a feth pair of its own in it. With one pair for
/// all of them the bridge would send nothing from VM to VM.
final class FethLan implements Lan {
    private static final Logger LOG = System.getLogger(FethLan.class.getName());
    private static final String CURE = "`sudo ifconfig %2$s addm %1$s`";

    private final DarwinHost host;
    private final Bridge bridge;
    private final int mtu;
    private final MemberWatch members;
    private final Runnable look = this::look;
    private Runnable changed = () -> {};
    private Condition seen;
    private List<String> notices;

    private FethLan(DarwinHost host, Bridge bridge, int mtu, Condition seen, List<String> notices) {
        this.host = host;
        this.bridge = bridge;
        this.mtu = mtu;
        this.seen = seen;
        this.notices = notices;
        this.members = new MemberWatch(bridge.name(), seen.foreign(), CURE);
    }

    /// What a lost uplink waits for.
    ///
    /// @param missing why the bridge is of no use, or null where it is
    /// @param mtu of the bridge; 0 where it is of no use
    /// @param foreign the members that are not ours
    private record Condition(@Nullable String missing, int mtu, Set<InterfaceName> foreign) {
        static Condition of(DarwinHost host, Bridge bridge) throws SwitchdException {
            try {
                bridge.requireUsable();
                return new Condition(null, bridge.mtu(), foreign(host, bridge));
            } catch (HostException e) {
                return new Condition(String.valueOf(e.getMessage()), 0, Set.of());
            }
        }

        private static Set<InterfaceName> foreign(DarwinHost host, Bridge bridge)
                throws SyscallException {
            Set<InterfaceName> names = new TreeSet<>(Comparator.comparing(InterfaceName::value));
            bridge.members().stream()
                    .filter(member -> member.kind() != InterfaceKind.VMENET)
                    .forEach(member -> names.add(member.name()));
            names.removeAll(host.watch().interfaces());
            return names;
        }
    }

    /// @param bridge closed with the LAN, and where this fails
    /// @throws SyscallException where the kernel does not tell of the bridge
    static FethLan open(DarwinHost host, Bridge bridge) throws SwitchdException {
        try (Undo undo = new Undo()) {
            undo.push(bridge::close);
            int mtu = bridge.mtu();
            Condition seen = Condition.of(host, bridge);
            FethLan lan = new FethLan(host, bridge, mtu, seen, notices(host, bridge, seen, mtu));
            host.watch().add(lan.look);
            undo.keep();
            return lan;
        }
    }

    private static List<String> notices(DarwinHost host, Bridge bridge, Condition seen, int mtu)
            throws SyscallException {
        if (seen.missing() != null) {
            return List.of(seen.missing());
        }
        List<String> notices = new ArrayList<>(bridge.notices());
        if (seen.mtu() != mtu) {
            notices.add(
                    "%1$s has an MTU of %2$d now, the VMs go on with %3$d: `sudo ifconfig %1$s mtu %3$d`"
                            .formatted(bridge.name(), seen.mtu(), mtu));
        }
        notices.addAll(FakeSettings.notices(host.darwin()));
        return notices;
    }

    @Override
    public InterfaceName interfaceName() {
        return bridge.name();
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
        return bridge.members();
    }

    @Override
    public List<String> notices() {
        List<String> all = new ArrayList<>(notices);
        all.addAll(members.notices());
        return List.copyOf(all);
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
    public void checkReturn() throws SwitchdException {
        if (!bridge.exists()) {
            return; // it is made again, or is found missing
        }
        if (members.hadAny() && bridge.members().isEmpty()) {
            throw new HostException(
                    "%s has no members yet, and one of our feths must not be the first: it waits for another, as %s was"
                            .formatted(bridge.name(), members.names().getFirst()));
        }
    }

    private void look() {
        try {
            host.interfaces().completeJournal();
            Condition now = Condition.of(host, bridge);
            if (!now.equals(seen)) {
                seen = now;
                host.watch().check();
                changed.run();
                notices = notices(host, bridge, now, mtu);
            }
            members.look(new Now(now), host.watch().now());
        } catch (SwitchdException e) {
            LOG.log(Level.DEBUG, "looking at " + bridge.name() + ": " + e.getMessage());
        }
    }

    private final class Now implements MemberWatch.Bridge {
        private final Condition condition;

        private Now(Condition condition) {
            this.condition = condition;
        }

        /// Whether it is in another bridge, the other bridge knows; adding it tells.
        @Override
        public MemberWatch.Place placeOf(InterfaceName member) throws SyscallException {
            if (condition.foreign().contains(member)) {
                return MemberWatch.Place.MEMBER;
            }
            try {
                host.interfaces().control().flags(member);
            } catch (SyscallException e) {
                if (e.is(Errno.ENXIO)) {
                    return MemberWatch.Place.GONE;
                }
                throw e;
            }
            return condition.missing() == null
                    ? MemberWatch.Place.FREE
                    : MemberWatch.Place.NO_BRIDGE;
        }

        @Override
        public void putBack(InterfaceName member) throws SwitchdException {
            bridge.add(member);
        }
    }

    /// The slots are not used: BPF fills memory of its own.
    @Override
    public Uplink openUplink(FrameBatch batch) throws SwitchdException {
        bridge.mend();
        try (Undo undo = new Undo()) {
            // With another MTU the bridge would not take it.
            FethPair pair = FethPair.open(host.interfaces(), bridge, bridge.mtu());
            undo.push(pair::close);
            var place =
                    new BpfUplink.Place(pair.bridgeSide(), pair.vmSide(), BpfDevice.Use.FETH, mtu);
            BpfUplink uplink = BpfUplink.open(host, place, undo, () -> missing(pair));
            uplink.keptApartBy(() -> bridge.setPrivate(pair.bridgeSide()));
            return uplink;
        }
    }

    private @Nullable String missing(FethPair pair) throws SyscallException {
        if (!bridge.hasMember(pair.bridgeSide())) {
            return "%s is no member of %s any more".formatted(pair.bridgeSide(), bridge.name());
        }
        if (!pair.isConnected()) {
            return "%s is not connected to %s any more".formatted(pair.vmSide(), pair.bridgeSide());
        }
        try {
            bridge.requireUsable();
        } catch (SyscallException e) {
            throw e;
        } catch (SwitchdException e) {
            return e.getMessage();
        }
        @Nullable String change = change(pair.vmSide());
        return change == null ? change(pair.bridgeSide()) : change;
    }

    private @Nullable String change(InterfaceName side) throws SyscallException {
        InterfaceControl control = host.interfaces().control();
        if ((control.flags(side) & DarwinConstants.IFF_UP) == 0) {
            return side + " is down";
        }
        int now = control.mtu(side);
        return now == bridge.mtu()
                ? null
                : "%s has an MTU of %d now, %s one of %d"
                        .formatted(side, now, bridge.name(), bridge.mtu());
    }

    @Override
    public void close() {
        host.watch().remove(look);
        bridge.close();
    }
}
