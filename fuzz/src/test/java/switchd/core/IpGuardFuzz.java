package switchd.core;

import static switchd.fuzz.Check.that;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import switchd.core.testkit.FakePoller;
import switchd.core.testkit.Frames;
import switchd.fuzz.Input;

/// Packets of a VM and of the LAN through the guard of IP addresses. Whatever passes, read here by
/// itself, is from an address that the guard lists, and is no server's.
public final class IpGuardFuzz implements AutoCloseable {
    private static final int MTU = 600;
    private static final IpAddress OWN = IpAddress.parse("10.0.0.9");
    private static final IpAddress LINK = IpAddress.parse("fe80::5054:ff:fe00:1");
    private static final IpPolicy[] POLICIES = {
        new IpPolicy.Leased(), new IpPolicy.Only(List.of(OWN))
    };

    private final FakePoller poller = new FakePoller();
    private final EventLoop loop = new EventLoop(poller, poller::nanos);
    private final Arena arena = Arena.ofConfined();
    private final IsolatedNetwork network = new IsolatedNetwork("fuzz", MTU, loop, arena);

    public static void fuzzerTestOneInput(byte[] bytes) throws SwitchdException {
        try (IpGuardFuzz fuzz = new IpGuardFuzz()) {
            fuzz.run(new Input(bytes));
        }
    }

    /// Each packet: a direction, how much time passes, its length, type and payload.
    private void run(Input input) throws SwitchdException {
        IpPolicy ips = POLICIES[input.octet() % POLICIES.length];
        Guards guards =
                new Guards(Isolation.NONE, new VlanPolicy.Any(), Guards.Limits.NONE, ips, Set.of());
        Port port = new Port("p", loop, network, MacPolicy.parse("any"), guards, _ -> {}, arena);
        network.join(port);
        while (!input.isEmpty()) {
            int what = input.octet();
            byte[] packet = packet(input, (what & 3) == 0);
            FrameBatch batch = Frames.batch(MTU, packet);
            if ((what & 3) == 0) {
                judge(port, batch);
            } else {
                port.policy().judgeFromLan(batch, 0);
            }
            poller.advance((what >> 2) * 1_000_000_000L / 4);
            loop.turn();
            List<Lease> leases = port.leases();
            that(leases != null && leases.size() <= Leases.MOST, "too many addresses");
        }
    }

    private static byte[] packet(Input input, boolean fromVm) {
        byte[] rest = input.take(2 + (input.half() & 511));
        byte[] frame = new byte[12 + rest.length];
        byte[] to = input.take(6);
        System.arraycopy(to, 0, frame, 0, to.length);
        long source = Frames.mac(fromVm ? 1 : 9).value();
        for (int i = 0; i < 6; i++) {
            frame[6 + i] = (byte) (source >>> (40 - 8 * i));
        }
        System.arraycopy(rest, 0, frame, 12, rest.length);
        return frame;
    }

    private static void judge(Port port, FrameBatch batch) {
        Set<IpAddress> own = new HashSet<>(Set.of(LINK));
        own.addAll(addresses(port));
        int before = batch.length(0);
        @Nullable DropCause cause = port.policy().judgeFromVm(batch, 0);
        that(batch.length(0) == before, "a guard changes a frame");
        if (cause != null) {
            return;
        }
        MemorySegment memory = batch.memory();
        byte[] frame = Frames.bytes(batch, 0);
        that(memory.byteSize() > 0 && frame.length >= 14 + 28, "too short for a packet");
        int at = half(frame, 12) == 0x8100 ? 18 : 14;
        var bytes = java.nio.ByteBuffer.wrap(frame);
        switch (half(frame, at - 2)) {
            case 0x0806 -> passed(own, IpAddress.four(bytes, at + 14));
            case 0x8035 -> that(bytes.getInt(at + 14) == 0, "RARP with an address");
            case 0x0800 -> {
                IpAddress source = IpAddress.four(bytes, at + 12);
                int transport = at + (frame[at] & 15) * 4;
                boolean udp = frame[at + 9] == 17 && (half(frame, at + 6) & 0x1fff) == 0;
                that(!udp || half(frame, transport) != 67, "a DHCP server");
                that(!udp || half(frame, transport + 2) != 68, "a DHCP answer");
                boolean report = frame[at + 9] == 2 && source.isUnspecified();
                boolean question = udp && half(frame, transport + 2) == 67;
                that(report || question || own.contains(source), "a foreign source");
            }
            case 0x86dd -> {
                passed(own, IpAddress.six(bytes, at + 8));
                boolean udp = frame[at + 6] == 17;
                that(!udp || half(frame, at + 40) != 547, "a DHCPv6 server");
                that(!udp || half(frame, at + 42) != 546, "a DHCPv6 answer");
                int type = frame[at + 6] == 58 ? Byte.toUnsignedInt(frame[at + 40]) : 0;
                that(type != 134 && type != 137, "a router");
            }
            default -> that(false, "another type");
        }
    }

    private static Set<IpAddress> addresses(Port port) {
        Set<IpAddress> addresses = new HashSet<>();
        List<Lease> leases = port.leases();
        if (leases != null) {
            leases.forEach(lease -> addresses.add(lease.address()));
        }
        return addresses;
    }

    private static void passed(Set<IpAddress> own, IpAddress source) {
        boolean derived = source.six() && source.low() == LINK.low();
        that(derived || source.isUnspecified() || own.contains(source), "a foreign source");
    }

    private static int half(byte[] frame, int at) {
        return Byte.toUnsignedInt(frame[at]) << 8 | Byte.toUnsignedInt(frame[at + 1]);
    }

    @Override
    public void close() {
        arena.close();
    }
}
