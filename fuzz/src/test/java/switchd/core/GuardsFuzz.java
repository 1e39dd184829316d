package switchd.core;

import static switchd.fuzz.Check.that;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import switchd.core.testkit.FakePoller;
import switchd.core.testkit.FakeVmLink;
import switchd.core.testkit.Frames;
import switchd.fuzz.Input;

/// Frames of a VM and of the LAN through guards of any making: VLANs, protocols, limits, isolation
/// from a neighbour. Whatever passes, read here by itself, is what `docs/guards.md` lets pass.
public final class GuardsFuzz implements AutoCloseable {
    private static final int MTU = 300;
    private static final long SECOND = 1_000_000_000L;
    private static final int BURST = 2000;
    private static final int TAG = 0x8100;
    private static final Set<Integer> TAGS = Set.of(TAG, 0x88a8, 0x9100);
    private static final Set<Integer> PROTOCOLS =
            Set.of(0x8808, 0x8809, 0x888e, 0x88cc, 0x88f5, 0x88f6);
    private static final Isolation[] ISOLATIONS = {
        Isolation.NONE,
        new Isolation(true, List.of()),
        new Isolation(false, List.of("a")),
        new Isolation(false, List.of("b")),
        new Isolation(false, List.of("a", "b"))
    };
    private static final int[] TYPES = {
        TAG, 0x88a8, 0x9100, 0x8808, 0x8809, 0x888e, 0x88cc, 0x88f5, 0x800
    };
    private static final VlanPolicy[] VLANS = {
        new VlanPolicy.Any(),
        new VlanPolicy.Access(0),
        new VlanPolicy.Access(20),
        new VlanPolicy.Trunk(List.of(20, 30)),
        new VlanPolicy.Trunk(List.of(0, 4094))
    };

    private final FakePoller poller = new FakePoller();
    private final EventLoop loop = new EventLoop(poller, poller::nanos);
    private final Arena arena = Arena.ofConfined();
    private final IsolatedNetwork network = new IsolatedNetwork("fuzz", MTU, loop, arena);
    private final Guards guards;
    private final Port port;
    private final Isolation neighboursIsolation;
    private final FakeVmLink neighbour = new FakeVmLink("neighbour", network.slots());
    private final Map<Long, Long> addresses = new HashMap<>();
    private final Set<Long> tried = new HashSet<>();
    private final long begin = poller.nanos();
    private long groups;
    private long newAddresses;
    private int heard;
    private long bits;

    private GuardsFuzz(Input input) throws SwitchdException {
        EnumSet<LinkProtocol> allowed = EnumSet.noneOf(LinkProtocol.class);
        int protocols = input.octet();
        for (LinkProtocol protocol : LinkProtocol.values()) {
            if ((protocols & 1 << protocol.ordinal()) != 0) {
                allowed.add(protocol);
            }
        }
        Guards.Limits limits =
                new Guards.Limits(
                        input.octet() & 15,
                        input.octet() & 15,
                        input.octet() & 15,
                        input.octet() * 1000L,
                        0,
                        BURST);
        VlanPolicy vlans = VLANS[input.octet() % VLANS.length];
        int isolation = input.octet();
        guards = new Guards(ISOLATIONS[isolation % ISOLATIONS.length], vlans, limits, allowed);
        neighboursIsolation = ISOLATIONS[isolation / ISOLATIONS.length % ISOLATIONS.length];
        port = port("p", "any", guards);
        poller.follow(neighbour);
        port(
                        "q",
                        Frames.mac(2).toString(),
                        new Guards(
                                neighboursIsolation,
                                new VlanPolicy.Any(),
                                Guards.Limits.NONE,
                                Set.of()))
                .attach(neighbour);
    }

    private Port port(String name, String mac, Guards its) throws SwitchdException {
        Port made = new Port(name, loop, network, MacPolicy.parse(mac), its, _ -> {}, arena);
        network.join(made);
        return made;
    }

    public static void fuzzerTestOneInput(byte[] bytes) throws SwitchdException {
        Input input = new Input(bytes);
        try (GuardsFuzz fuzz = new GuardsFuzz(input)) {
            while (!input.isEmpty()) {
                fuzz.step(input);
            }
        }
    }

    /// Each frame: a direction and how much time passes, its addresses, length, types and payload.
    private void step(Input input) throws SyscallException {
        int what = input.octet();
        byte[] frame = frame(input);
        FrameBatch batch = Frames.batch(MTU + 32, frame);
        boolean fromVm = (what & 1) == 0;
        if (fromVm && frame.length >= 14) {
            tried.add(address(frame, 6));
        }
        @Nullable DropCause cause =
                fromVm ? port.policy().judgeFromVm(batch, 0) : port.policy().judgeFromLan(batch, 0);
        if (cause == null) {
            byte[] now = Frames.bytes(batch, 0);
            if (fromVm) {
                passedToLan(frame, now);
                network.fromVm(port, batch);
                reached(now);
            } else {
                passed(frame, now, now, frame);
            }
        }
        poller.advance((what >> 1) * SECOND / 64);
        loop.turn();
    }

    /// The frame has gone on from the port: only a neighbour that it may talk to has it.
    private void reached(byte[] now) {
        List<byte[]> arrived = neighbour.sent().subList(heard, neighbour.sent().size());
        that(arrived.isEmpty() || mayTalk(), "a frame for a neighbour out of reach");
        boolean back = (now[0] & 1) == 0 && tried.contains(address(now, 0));
        that(arrived.size() == 1 || back || !mayTalk(), "none for a neighbour in reach, or two");
        arrived.forEach(frame -> that(Arrays.equals(now, frame), "another frame at a neighbour"));
        heard += arrived.size();
    }

    private boolean mayTalk() {
        Isolation own = guards.isolation();
        boolean open = own.groups().isEmpty() && neighboursIsolation.groups().isEmpty();
        return !own.alone()
                && !neighboursIsolation.alone()
                && (open || !Collections.disjoint(own.groups(), neighboursIsolation.groups()));
    }

    private static byte[] frame(Input input) {
        byte[] frame = new byte[input.half() % (MTU + 24)];
        int kind = input.octet();
        byte[] to =
                kind < 16 || (kind & ~1) == 0x20
                        ? new byte[] {1, (byte) 0x80, (byte) 0xc2, 0, 0, (byte) kind}
                        : input.take(6);
        copy(to, frame, 0);
        copy(input.take(6), frame, 6);
        for (int at = 12; at + 4 <= frame.length && at < 24; at += 4) {
            int chosen = input.octet();
            int type = TYPES[chosen % TYPES.length];
            copy(new byte[] {(byte) (type >> 8), (byte) type}, frame, at);
            copy(chosen < 128 ? new byte[] {0, 20} : input.take(2), frame, at + 2);
            if (!TAGS.contains(type)) {
                break;
            }
        }
        return frame;
    }

    private static void copy(byte[] from, byte[] to, int at) {
        int most = Math.max(0, to.length - at);
        System.arraycopy(from, 0, to, Math.min(at, to.length), Math.min(from.length, most));
    }

    private void passedToLan(byte[] sent, byte[] now) {
        that((sent[6] & 1) == 0 && !isZero(sent), "no station has that address");
        passed(sent, now, sent, now);
        int type = half(sent, 12);
        boolean tagged = TAGS.contains(type) && sent.length >= 18;
        int inner = tagged ? half(sent, 16) : type;
        if (guards.allowed().isEmpty()) {
            that(!PROTOCOLS.contains(inner), "a protocol of links");
            that(!isReserved(sent), "to an address of bridges");
        }
        passedFrom(sent);
        int most = guards.limits().groupFrames();
        long nanos = poller.nanos() - begin;
        if (most > 0 && (sent[0] & 1) != 0) {
            groups++;
            that(groups <= most + most * (double) nanos / SECOND + 1, "too many broadcasts");
        }
        long rate = guards.limits().toLanBits();
        if (rate > 0) {
            bits += sent.length * 8L;
            double may = (BURST + MTU) * 8.0 + rate * (double) nanos / SECOND;
            that(bits <= may, "too many bits");
        }
    }

    /// A frame has passed; its source counts as the VM's for as long as the network remembers it.
    private void passedFrom(byte[] sent) {
        long now = poller.nanos();
        long source = address(sent, 6);
        addresses.values().removeIf(used -> now - used > ForwardingTable.AGE_NANOS);
        newAddresses += addresses.put(source, now) == null ? 1 : 0;
        int most = guards.limits().addresses();
        that(most == 0 || addresses.size() <= most, "too many addresses");
        int rate = guards.limits().newAddresses();
        double may = rate + rate * (double) (now - begin) / SECOND + 1;
        that(rate == 0 || newAddresses <= may, "too many new addresses");
    }

    /// @param atVm its form at the VM
    /// @param onNetwork its form on the network
    private void passed(byte[] sent, byte[] now, byte[] atVm, byte[] onNetwork) {
        int tag = vlan(onNetwork);
        that(onNetwork.length <= MTU + 14 + 4, "too long");
        switch (guards.vlans()) {
            case VlanPolicy.Any() -> that(Arrays.equals(sent, now), "another frame");
            case VlanPolicy.Trunk(var ids) -> {
                that(ids.contains(tag), "a foreign VLAN");
                that(Arrays.equals(sent, now), "another frame");
            }
            case VlanPolicy.Access(int id) -> {
                that(tag == id, "a foreign VLAN");
                that(vlan(atVm) == 0, "a tag at the VM");
                that(Arrays.equals(plain(sent), plain(now)), "another frame");
            }
        }
    }

    /// The frame's VLAN; -1 for one that cannot be told.
    private static int vlan(byte[] frame) {
        if (!TAGS.contains(half(frame, 12))) {
            return 0;
        }
        boolean known = half(frame, 12) == TAG && frame.length >= 18;
        return known && !TAGS.contains(half(frame, 16)) ? half(frame, 14) & 0xfff : -1;
    }

    private static byte[] plain(byte[] frame) {
        if (half(frame, 12) != TAG || frame.length < 18) {
            return frame;
        }
        byte[] plain = Arrays.copyOf(frame, frame.length - 4);
        System.arraycopy(frame, 16, plain, 12, frame.length - 16);
        return plain;
    }

    private static boolean isZero(byte[] frame) {
        return Arrays.equals(frame, 6, 12, new byte[6], 0, 6);
    }

    private static boolean isReserved(byte[] frame) {
        byte[] group = {1, (byte) 0x80, (byte) 0xc2, 0, 0};
        byte[] cisco = {1, 0, 0x0c, (byte) 0xcc, (byte) 0xcc};
        int last = Byte.toUnsignedInt(frame[5]);
        return (Arrays.equals(frame, 0, 5, group, 0, 5) && (last < 16 || (last & ~1) == 0x20))
                || (Arrays.equals(frame, 0, 5, cisco, 0, 5) && (last == 0xcc || last == 0xcd));
    }

    private static long address(byte[] frame, int at) {
        return ByteBuffer.wrap(frame).getLong(at) >>> 16;
    }

    private static int half(byte[] frame, int at) {
        return Byte.toUnsignedInt(frame[at]) << 8 | Byte.toUnsignedInt(frame[at + 1]);
    }

    @Override
    public void close() {
        arena.close();
    }
}
