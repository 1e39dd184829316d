package switchd.core;

import static switchd.fuzz.Check.that;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import switchd.core.testkit.FakeLan;
import switchd.core.testkit.FakePoller;
import switchd.core.testkit.FakeUplink;
import switchd.core.testkit.FakeVmLink;
import switchd.core.testkit.Frames;
import switchd.fuzz.Input;

/// Frames of VMs and of the LAN through the ports of a bridge: each is passed on or counted as
/// exactly one drop, arrives as it was sent, at nobody twice and never where it came from, and no
/// VM speaks in the name of another.
public final class NetworkFuzz implements AutoCloseable {
    private static final int MTU = 300;
    private static final int NUMBERED = 16;
    private static final String[] POLICIES = {Frames.mac(0).toString(), "auto", "any"};

    private final FakePoller poller = new FakePoller();
    private final EventLoop loop = new EventLoop(poller, poller::nanos);
    private final Arena arena = Arena.ofConfined();
    private final FakeLan lan = new FakeLan(MTU, true);
    private final BridgedNetwork network = new BridgedNetwork("fuzz", lan, loop, arena);
    private final List<Port> ports = new ArrayList<>();
    private final List<List<FakeVmLink>> links = new ArrayList<>();
    private final List<Shown> taps = new ArrayList<>();
    private final List<Sent> frames = new ArrayList<>();

    /// @param port that it came in at
    /// @param fromVm false where it came from the LAN
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Sent(int port, boolean fromVm, byte[] bytes) {}

    private NetworkFuzz() throws SwitchdException {
        for (String policy : POLICIES) {
            Port port =
                    new Port(
                            "p" + ports.size(),
                            loop,
                            network,
                            MacPolicy.parse(policy),
                            Guards.USUAL,
                            _ -> {},
                            arena);
            network.join(port);
            poller.follow(lan.uplinks().get(ports.size()));
            Shown tap = new Shown();
            port.tap(tap);
            ports.add(port);
            taps.add(tap);
            links.add(new ArrayList<>());
            attach(links.size() - 1);
        }
    }

    public static void fuzzerTestOneInput(byte[] bytes) throws SwitchdException {
        try (NetworkFuzz fuzz = new NetworkFuzz()) {
            Input input = new Input(bytes);
            while (!input.isEmpty()) {
                fuzz.step(input);
            }
            fuzz.drain();
            fuzz.check();
        }
    }

    private void step(Input input) throws SyscallException {
        int what = input.octet();
        int i = (what >> 4) % POLICIES.length;
        FakeVmLink vm = links.get(i).getLast();
        FakeUplink uplink = lan.uplinks().get(i);
        switch (what & 15) {
            case 0, 1, 2, 3, 4, 5 -> vm.give(frame(input, i, true));
            case 6, 7, 8, 9 -> uplink.give(frame(input, i, false));
            case 10 -> vm.room(input.octet());
            case 11 -> uplink.room(input.octet());
            case 12 -> vm.unlimitedRoom();
            case 13 -> {
                if (ports.get(i).isAttached()) {
                    ports.get(i).detach("fuzz");
                } else {
                    attach(i);
                }
            }
            case 14 ->
                    vm.failSendAfter(
                            input.octet(),
                            new SyscallException("fuzz", Errno.ECONNREFUSED.number()));
            default -> turn(input.octet() * VmQueue.HOLD_NANOS / 64);
        }
    }

    private void attach(int i) throws SyscallException {
        FakeVmLink link = new FakeVmLink("vm" + i, network.slots());
        poller.follow(link);
        ports.get(i).attach(link);
        links.get(i).add(link);
    }

    /// Destination, source, what follows, and a number of its own; or only a beginning.
    private byte[] frame(Input input, int port, boolean fromVm) {
        ByteBuffer frame = ByteBuffer.allocate(NUMBERED + 255);
        frame.put(address(input)).put(address(input));
        int length = input.octet();
        frame.put(input.take(length)).putInt(frames.size());
        int end = length >= 0xf0 ? length & 15 : frame.position();
        byte[] bytes = Arrays.copyOf(frame.array(), end);
        frames.add(new Sent(port, fromVm, bytes));
        return bytes;
    }

    private static byte[] address(Input input) {
        int which = input.octet();
        if (which > 9) {
            return Arrays.copyOf(input.take(6), 6);
        }
        long address = which == 9 ? 0 : which == 8 ? (1L << 48) - 1 : Frames.mac(which).value();
        return Arrays.copyOfRange(ByteBuffer.allocate(8).putLong(address).array(), 2, 8);
    }

    private void turn(long nanos) throws SyscallException {
        poller.advance(nanos);
        loop.turn();
    }

    private void drain() throws SyscallException {
        for (List<FakeVmLink> own : links) {
            own.getLast().unlimitedRoom();
        }
        boolean busy = true;
        for (int i = 0; busy; i++) {
            that(i < 10_000, "it goes on for ever");
            turn(VmQueue.HOLD_NANOS);
            busy = ports.stream().anyMatch(Port::isHolding);
            for (int p = 0; p < ports.size(); p++) {
                FakeVmLink vm = links.get(p).getLast();
                busy |= ports.get(p).isAttached() && vm.isReadable();
                busy |= lan.uplinks().get(p).isReadable();
            }
        }
    }

    private void check() {
        long portToPort = 0;
        long fromLan = 0;
        long toVms = 0;
        for (int i = 0; i < ports.size(); i++) {
            Port port = ports.get(i);
            FakeUplink uplink = lan.uplinks().get(i);
            List<FakeVmLink> own = links.get(i);
            long fromVm = own.stream().mapToLong(FakeVmLink::receivedFrames).sum();
            long toVm = own.stream().mapToLong(FakeVmLink::sentFrames).sum();
            that(port.toLan().frames() + port.toLan().drops() == fromVm, "a frame to the LAN");
            that(port.toVm().frames() == toVm, "a frame to the VM");
            taps.get(i).check(port);
            int at = i;
            own.forEach(link -> arrived(link.sent(), at, true));
            arrived(uplink.sent(), i, false);
            portToPort += port.toLan().frames() - uplink.sentFrames();
            fromLan += uplink.receivedFrames();
            toVms += port.toVm().frames() + port.toVm().drops();
        }
        that(toVms == fromLan + portToPort, "a frame between ports");
    }

    private void arrived(List<byte[]> arrivals, int port, boolean atVm) {
        Set<Integer> seen = new HashSet<>();
        for (byte[] frame : arrivals) {
            that(frame.length >= EthernetFrame.SHORTEST, "a runt arrives");
            if (frame.length < NUMBERED) {
                continue;
            }
            int number = ByteBuffer.wrap(frame).getInt(frame.length - 4);
            that(seen.add(number), "a frame arrives twice");
            Sent sent = frames.get(number);
            that(Arrays.equals(sent.bytes, frame), "a frame is another one");
            that(sent.port != port || sent.fromVm != atVm, "a frame comes back");
            that(atVm || (sent.fromVm && sent.port == port), "a frame leaves by another's uplink");
            if (sent.fromVm) {
                long source = ByteBuffer.wrap(frame).getLong(4) & 0xffff_ffff_ffffL;
                that(!MacAddress.isGroup(source) && source != 0, "no station has that address");
                that(sent.port != 0 || source == Frames.mac(0).value(), "a foreign source");
            }
        }
    }

    @Override
    public void close() {
        arena.close();
    }

    /// Counts what it is shown of a port.
    private static final class Shown implements FrameTap {
        private final long[] passed = new long[2];
        private final long[][] drops = new long[2][DropCause.values().length];

        @Override
        public void frames(
                Direction direction,
                FrameBatch batch,
                int from,
                int to,
                @Nullable DropCause cause) {
            that(from >= 0 && from < to && to <= batch.count(), "frames that are none");
            if (cause == null) {
                passed[direction.ordinal()] += to - from;
            } else {
                drops[direction.ordinal()][cause.ordinal()] += to - from;
            }
        }

        @Override
        public void unseen(Direction direction, DropCause cause, int count) {
            that(count > 0, "no drop");
            drops[direction.ordinal()][cause.ordinal()] += count;
        }

        void check(Port port) {
            for (Direction direction : Direction.values()) {
                Counters counters = direction == Direction.TO_LAN ? port.toLan() : port.toVm();
                that(passed[direction.ordinal()] == counters.frames(), "a tap misses a frame");
                for (DropCause cause : DropCause.values()) {
                    long shown = drops[direction.ordinal()][cause.ordinal()];
                    that(shown == counters.drops(cause), "a tap misses a drop");
                }
            }
        }
    }
}
