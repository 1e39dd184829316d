package switchd.core;

import static org.assertj.core.api.Assertions.assertThat;
import static switchd.core.testkit.Frames.BROADCAST;
import static switchd.core.testkit.Frames.frame;
import static switchd.core.testkit.Frames.mac;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import switchd.core.testkit.FakeLan;
import switchd.core.testkit.FakeUplink;
import switchd.core.testkit.FakeVmLink;
import switchd.core.testkit.Frames;

/// Random traffic, VMs that are slow, fail, go and come again: every frame that comes in is passed
/// on or counted as one drop, what comes out keeps its order, and a tap is shown exactly that.
final class ConservationTest {
    private static final int PORTS = 3;
    private static final int STEPS = 3_000;
    private static final int LAN_HOST = 9;

    private final Rig rig = new Rig();
    private final FakeLan lan = new FakeLan(Rig.MTU, true);
    private final BridgedNetwork network = rig.bridged(lan);
    private final List<FakeVmLink> current = new ArrayList<>();
    private final List<List<FakeVmLink>> links = new ArrayList<>();
    private final List<RecordingTap> taps = new ArrayList<>();
    private int number;

    @AfterEach
    void close() {
        rig.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyFrameIsPassedOnOrIsExactlyOneDrop(long seed) throws SwitchdException {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        String[] policies = {mac(0).toString(), "auto", "any"};
        for (int i = 0; i < PORTS; i++) {
            Port port = rig.port(network, "p" + i, policies[i]);
            links.add(new ArrayList<>());
            taps.add(new RecordingTap(port));
            current.add(attach(port));
            rig.poller.follow(lan.uplinks().get(i));
        }
        for (int step = 0; step < STEPS; step++) {
            disturb(random, random.nextInt(PORTS));
            rig.turnAfter(random.nextLong(VmQueue.HOLD_NANOS / 4));
        }
        drain();
        assertConserved(seed);
    }

    private void disturb(RandomGenerator random, int i) throws SyscallException {
        FakeVmLink vm = current.get(i);
        Port port = network.ports().get(i);
        switch (random.nextInt(12)) {
            case 0, 1, 2 -> vm.give(fromVm(random, i));
            case 3, 4, 5 -> lan.uplinks().get(i).give(fromLan(random, i));
            case 6, 7 -> vm.room(random.nextInt(60));
            case 8 -> vm.unlimitedRoom();
            case 9 -> lan.uplinks().get(i).room(random.nextInt(500));
            case 10 -> vm.refuseLength(random.nextBoolean() ? 100 : 1518);
            default -> {
                if (!port.isAttached()) {
                    current.set(i, attach(port));
                } else if (random.nextInt(5) == 0) {
                    port.detach("random");
                } else if (random.nextInt(5) == 0) {
                    vm.failSendAfter(random.nextInt(80), Rig.failure(Errno.ECONNREFUSED));
                }
            }
        }
    }

    private FakeVmLink attach(Port port) throws SyscallException {
        FakeVmLink link = rig.vm(port, network);
        links.get(port.index).add(link);
        return link;
    }

    private byte[][] fromVm(RandomGenerator random, int i) {
        byte[][] frames = new byte[1 + random.nextInt(150)][];
        for (int f = 0; f < frames.length; f++) {
            MacAddress from = random.nextInt(20) == 0 ? BROADCAST : mac(i);
            MacAddress to = random.nextInt(4) == 0 ? BROADCAST : mac(random.nextInt(5));
            frames[f] = frame(to, from, ++number, length(random));
        }
        return frames;
    }

    private byte[][] fromLan(RandomGenerator random, int i) {
        byte[][] frames = new byte[1 + random.nextInt(150)][];
        for (int f = 0; f < frames.length; f++) {
            MacAddress from = random.nextInt(10) == 0 ? mac(i) : mac(LAN_HOST);
            frames[f] = frame(mac(i), from, ++number, length(random));
        }
        return frames;
    }

    private static int length(RandomGenerator random) {
        int[] lengths = {13, 60, 60, 60, 100, 1514, 1518, 1519};
        return lengths[random.nextInt(lengths.length)];
    }

    private void drain() throws SyscallException {
        for (FakeVmLink vm : current) {
            vm.unlimitedRoom();
        }
        for (int i = 0; i < STEPS; i++) {
            rig.turnAfter(VmQueue.HOLD_NANOS);
        }
    }

    private void assertConserved(long seed) {
        long portToPort = 0;
        long received = 0;
        long toVms = 0;
        for (Port port : network.ports()) {
            FakeUplink uplink = lan.uplinks().get(port.index);
            List<FakeVmLink> own = links.get(port.index);
            long fromVm = own.stream().mapToLong(FakeVmLink::receivedFrames).sum();
            long toVm = own.stream().mapToLong(FakeVmLink::sentFrames).sum();
            String what = "seed " + seed + ", port " + port.name();
            assertThat(port.isHolding()).as(what).isFalse();
            taps.get(port.index).assertAsCounted(what);
            assertThat(port.toLan().frames() + port.toLan().drops()).as(what).isEqualTo(fromVm);
            assertThat(port.toVm().frames()).as(what).isEqualTo(toVm);
            own.forEach(link -> assertInOrder(what, link));
            portToPort += port.toLan().frames() - uplink.sentFrames();
            received += uplink.receivedFrames();
            toVms += port.toVm().frames() + port.toVm().drops();
        }
        assertThat(portToPort).as("seed %d", seed).isPositive();
        assertThat(toVms).as("seed %d", seed).isEqualTo(received + portToPort);
    }

    private static void assertInOrder(String what, FakeVmLink link) {
        Map<Long, Integer> last = new HashMap<>();
        for (byte[] sent : link.sent()) {
            long source = Frames.batch(Rig.MTU, sent).source(0);
            Integer before = last.put(source, Frames.number(sent));
            if (before != null) {
                assertThat(Frames.number(sent)).as(what).isGreaterThan(before);
            }
        }
    }
}
