package switchd.darwin.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A bridge of a kernel in memory: learns, floods, and hands the host what is the host's. macOS 11
/// differs from the later ones in the order of its tests and in what it does with long frames.
@SuppressWarnings("ReferenceEquality")
final class FakeBridge extends FakeInterface {
    private static final int FLAGS =
            (int)
                    (Abi.constant("IFF_BROADCAST")
                            | Abi.constant("IFF_NOTRAILERS")
                            | Abi.constant("IFF_SIMPLEX")
                            | Abi.constant("IFF_MULTICAST"));
    private static final int PF_BRIDGE = 0x6272_6467;
    private static final int CACHE = 100;

    final List<FakeInterface> members = new ArrayList<>();

    /// Set where the host has given the bridge an address.
    @Nullable FakeHostStack host;

    private final Map<Long, FakeInterface> learned = new LinkedHashMap<>();
    private final Set<FakeInterface> privates = new HashSet<>();
    private boolean active;
    private boolean segments = true;

    FakeBridge(FakeNet net, int unit) {
        super(net, "bridge", unit, FLAGS);
        lladdr = net.interfaces.firstEthernetAddress();
        int rest = Byte.toUnsignedInt(lladdr[3]);
        int last = Byte.toUnsignedInt(lladdr[4]);
        lladdr[0] = (byte) ((lladdr[0] & ~1) | 2);
        lladdr[3] = (byte) (rest << 4 | rest >> 4);
        lladdr[4] = (byte) ((last << 4 | last >> 4) ^ lladdr[5]);
        lladdr[5] = (byte) unit;
    }

    @Override
    int type() {
        return (int) Abi.constant("IFT_BRIDGE");
    }

    @Override
    boolean active() {
        return active;
    }

    @Override
    void checkMtu(int wanted) {
        Refused.when(wanted < 576, "EINVAL");
        Refused.when(members.stream().anyMatch(member -> member.mtu != wanted), "EINVAL");
    }

    @Override
    void driverRequest(int euid, boolean set, AbiStruct ifdrv) {
        BridgeRequests.run(this, euid, set, ifdrv);
    }

    /// `BRDGADD`
    void add(String name) {
        FakeInterface member = net.interfaces.require(name, "ENOENT");
        Refused.when(member.bridge == this, "EEXIST");
        Refused.when(member.bridge != null, "EBUSY");
        Refused.when(member.type() != (int) Abi.constant("IFT_ETHER"), "EINVAL");
        Refused.when(!members.isEmpty() && member.mtu != mtu, "EINVAL");
        Refused.when(translates(member) && members.stream().anyMatch(this::translates), "EBUSY");
        if (members.isEmpty()) {
            mtu = member.mtu;
        }
        members.add(member);
        member.bridge = this;
        member.promiscuous(true);
        if (before12()) {
            segmentationChanged();
        }
        member.attach(PF_BRIDGE);
        linkMayChange();
        if (!before12()) {
            segmentationChanged();
        }
    }

    /// `BRDGDEL`, and what the end of a member or of the bridge does.
    ///
    /// @param gone the member itself goes away
    void remove(FakeInterface member, boolean gone) {
        members.remove(member);
        privates.remove(member);
        learned.values().removeIf(other -> other == member);
        if (!gone) {
            member.promiscuous(false);
        }
        if (!before12()) {
            segmentationChanged();
        }
        member.detach(PF_BRIDGE);
        if (before12()) {
            segmentationChanged();
        }
        linkMayChange();
        member.bridge = null;
    }

    /// `BRDGSIFFLGS`
    void setPrivate(FakeInterface member, boolean now) {
        if (now) {
            privates.add(member);
        } else {
            privates.remove(member);
        }
    }

    /// True where nothing passes from here to others of which that holds.
    boolean isPrivate(FakeInterface member) {
        return privates.contains(member);
    }

    private boolean apart(@Nullable FakeInterface from, FakeInterface to) {
        return from != null && privates.contains(from) && privates.contains(to);
    }

    /// True where the addresses of frames to and from the member are translated: it is a Wi-Fi
    /// station.
    boolean translates(FakeInterface member) {
        return member.subfamily() == (int) Abi.constant("IFRTYPE_SUBFAMILY_WIFI");
    }

    /// Addresses that have been learned from the member.
    int learnedFrom(FakeInterface member) {
        return (int) learned.values().stream().filter(other -> other == member).count();
    }

    private boolean before12() {
        return net.kernel().profile == Profile.MACOS11;
    }

    private void segmentationChanged() {
        boolean now = members.stream().allMatch(FakeInterface::segments);
        if (now != segments) {
            segments = now;
            net.post("KEV_DL_IFCAP_CHANGED", this);
        }
    }

    /// One active member makes the bridge active.
    void linkMayChange() {
        boolean now = members.stream().anyMatch(FakeInterface::active);
        if (now != active) {
            active = now;
            net.linkChanged(this);
        }
    }

    @Override
    void hostInput(byte[] frame) {
        super.hostInput(frame);
        if (host != null) {
            host.input(frame);
        }
    }

    @Override
    void stopped() {
        learned.clear();
    }

    /// A frame that came in by a member.
    void input(FakeInterface from, byte[] frame) {
        if (!has(RUNNING)) {
            from.hostInput(frame);
        } else if ((frame[0] & 1) != 0) {
            inputGroup(from, frame);
        } else if (before12()) {
            inputUnicast11(from, frame);
        } else {
            inputUnicast(from, frame);
        }
    }

    private void inputGroup(FakeInterface from, byte[] frame) {
        long to = address(frame, 0);
        if (to >>> 4 == 0x0180_c200_000L) {
            if (to != 0x0180_c200_0000L) { // the spanning tree's own goes nowhere
                from.hostInput(frame);
            }
            return;
        }
        learn(from, frame);
        flood(from, frame);
        tap(frame, false);
        hostInput(frame);
        from.hostInput(frame);
    }

    private void inputUnicast11(FakeInterface from, byte[] frame) {
        if (isTo(frame, this)) {
            learn(from, frame);
            tap(frame, false);
            hostInput(frame);
            return;
        }
        if (isTo(frame, from)) {
            from.hostInput(frame);
            return;
        }
        for (FakeInterface member : members) {
            if (member != from && isTo(frame, member)) {
                member.tap(frame, false);
                learn(from, frame);
                member.hostInput(frame);
                return;
            }
            if (member != from && isFrom(frame, member)) {
                return; // a loop
            }
        }
        learn(from, frame);
        forward(from, lookup(frame), frame);
    }

    private void inputUnicast(FakeInterface from, byte[] frame) {
        learn(from, frame);
        if (isTo(frame, from)) {
            from.hostInput(frame);
            return;
        }
        if (host != null && isTo(frame, this)) {
            tap(frame, false);
            hostInput(frame);
            return;
        }
        FakeInterface to = lookup(frame);
        if (to == null) {
            for (FakeInterface member : members) {
                if (member != from && isTo(frame, member)) {
                    member.tap(frame, false);
                    member.hostInput(frame);
                    return;
                }
            }
            for (FakeInterface member : members) {
                if (member != from && isFrom(frame, member)) {
                    return; // a loop
                }
            }
        }
        forward(from, to, frame);
    }

    private void forward(FakeInterface from, @Nullable FakeInterface to, byte[] frame) {
        if (to == from) {
            return;
        }
        tap(frame, false);
        if (to == null) {
            flood(from, frame);
        } else if (to.has(RUNNING) && !apart(from, to)) {
            enqueue(to, frame);
        }
    }

    /// What the host sends on the bridge.
    @Override
    void transmit(byte[] frame) {
        tap(frame, true);
        FakeInterface to = (frame[0] & 1) != 0 ? null : lookup(frame);
        if (to == null) {
            flood(null, frame);
        } else {
            enqueue(to, frame);
        }
    }

    /// What a writer sends on a member.
    void memberOutput(FakeInterface member, byte[] frame) {
        boolean own = !has(RUNNING) || etherType(frame) == 0x888e;
        FakeInterface to = own ? member : (frame[0] & 1) != 0 ? null : lookup(frame);
        if (to == member) {
            member.transmit(frame);
        } else if (to != null) {
            if (to.has(RUNNING)) {
                enqueue(to, frame);
            }
        } else {
            flood(null, frame);
        }
    }

    private void flood(@Nullable FakeInterface from, byte[] frame) {
        for (FakeInterface member : List.copyOf(members)) {
            if (member != from && member.has(RUNNING) && member.active() && !apart(from, member)) {
                enqueue(member, frame);
            }
        }
    }

    private void enqueue(FakeInterface to, byte[] frame) {
        int type = etherType(frame);
        boolean ip = type == 0x0800 || type == 0x86dd;
        if (frame.length > mtu + 14 && !to.segments()) {
            if (ip && frame[type == 0x0800 ? 23 : 20] == 6) {
                throw new AssertionError("long TCP frames are not modelled: the bridge cuts them");
            }
            if (before12()) {
                return;
            }
        }
        if (to.has(UP)) {
            to.transmit(frame.clone());
        }
    }

    private void learn(FakeInterface from, byte[] frame) {
        long source = address(frame, 6);
        boolean known = learned.containsKey(source);
        if ((frame[6] & 1) == 0 && source != 0 && (known || learned.size() < CACHE)) {
            learned.put(source, from);
        }
    }

    private @Nullable FakeInterface lookup(byte[] frame) {
        return learned.get(address(frame, 0));
    }

    private static boolean isTo(byte[] frame, FakeInterface someone) {
        return Arrays.equals(frame, 0, 6, someone.lladdr, 0, 6);
    }

    private static boolean isFrom(byte[] frame, FakeInterface someone) {
        return Arrays.equals(frame, 6, 12, someone.lladdr, 0, 6);
    }

    private static int etherType(byte[] frame) {
        return Byte.toUnsignedInt(frame[12]) << 8 | Byte.toUnsignedInt(frame[13]);
    }

    private static long address(byte[] frame, int offset) {
        long address = 0;
        for (int i = offset; i < offset + 6; i++) {
            address = address << 8 | Byte.toUnsignedLong(frame[i]);
        }
        return address;
    }
}
