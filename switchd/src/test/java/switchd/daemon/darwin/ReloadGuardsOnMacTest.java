package switchd.daemon.darwin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static switchd.daemon.darwin.Specs.LAB;
import static switchd.daemon.darwin.Specs.LAN;
import static switchd.daemon.darwin.Specs.port;
import static switchd.daemon.darwin.Specs.spec;
import static switchd.daemon.lab.Frames.BROADCAST;
import static switchd.daemon.lab.Frames.sized;

import java.util.List;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import switchd.core.Counters;
import switchd.core.DropCause;
import switchd.core.InterfaceName;
import switchd.core.IpAddress;
import switchd.core.IpPolicy;
import switchd.core.LinkProtocol;
import switchd.core.PortEvent;
import switchd.core.UsageException;
import switchd.core.VlanPolicy;
import switchd.daemon.Daemon;
import switchd.daemon.DaemonSpec;
import switchd.daemon.GuardSpec;
import switchd.daemon.NetworkSpec;
import switchd.daemon.PortSpec;
import switchd.daemon.Reload;
import switchd.daemon.Status;
import switchd.daemon.lab.Await;
import switchd.darwin.testkit.Profile;

/// A reload that changes guards: they hold from then on, no VM is detached, and ports for which the
/// same holds as before lose no frame. On a macOS kernel in memory.
@Timeout(30)
final class ReloadGuardsOnMacTest {
    private static final String ONE = "02:00:00:00:00:01";
    private static final String TWO = "02:00:00:00:00:02";
    private static final String STATION = "02:00:00:00:00:99";
    private static final String NEAREST_BRIDGE = "01:80:c2:00:00:0e";

    /// Says all that a network may say otherwise.
    private static final GuardSpec OPEN =
            new GuardSpec(
                    false,
                    null,
                    new VlanPolicy.Any(),
                    new IpPolicy.Any(),
                    0,
                    0,
                    0,
                    0L,
                    0L,
                    0,
                    Set.of());

    /// The keys of a network, and `talkGroups` of a port.
    private static List<Key> keys() {
        return List.of(
                new Key(
                        "isolated",
                        GuardSpec.NONE,
                        GuardSpec.ISOLATED,
                        DropCause.ISOLATED,
                        sized(TWO, ONE, 60)),
                new Key(
                        "vlan",
                        GuardSpec.NONE,
                        GuardSpec.of(new VlanPolicy.Trunk(List.of(10, 20))),
                        DropCause.FOREIGN_VLAN,
                        sized(STATION, ONE, 60)),
                new Key(
                        "ipGuard",
                        GuardSpec.NONE,
                        GuardSpec.of(new IpPolicy.Only(List.of(IpAddress.parse("10.0.0.9")))),
                        DropCause.IP_SOURCE,
                        sized(STATION, ONE, 60)),
                new Key(
                        "groupFrames",
                        GuardSpec.NONE,
                        limits(1, null, null, null, null, null),
                        DropCause.GROUP_RATE,
                        sized(BROADCAST, ONE, 60),
                        sized(BROADCAST, ONE, 60)),
                new Key(
                        "newAddresses",
                        GuardSpec.NONE,
                        limits(null, 1, null, null, null, null),
                        DropCause.ADDRESS_RATE,
                        sized(STATION, "02:00:00:00:00:03", 60),
                        sized(STATION, "02:00:00:00:00:04", 60)),
                new Key(
                        "addresses",
                        GuardSpec.NONE,
                        limits(null, null, 1, null, null, null),
                        DropCause.ADDRESS_LIMIT,
                        sized(STATION, "02:00:00:00:00:03", 60),
                        sized(STATION, "02:00:00:00:00:04", 60)),
                new Key(
                        "toLanRate",
                        limits(null, null, null, null, null, 1518),
                        limits(null, null, null, 8L, null, 1518),
                        DropCause.RATE,
                        sized(STATION, ONE, 1514),
                        sized(STATION, ONE, 1514)),
                new Key(
                        "toVmRate",
                        limits(null, null, null, null, null, 1518),
                        limits(null, null, null, null, 8L, 1518),
                        DropCause.RATE,
                        sized(ONE, STATION, 1514),
                        sized(ONE, STATION, 1514)),
                new Key(
                        "burst",
                        limits(null, null, null, 8L, null, 9000),
                        limits(null, null, null, 8L, null, 1518),
                        DropCause.RATE,
                        sized(STATION, ONE, 1514),
                        sized(STATION, ONE, 1514)),
                new Key(
                        "allowProtocols",
                        allowing(LinkProtocol.LLDP),
                        GuardSpec.NONE,
                        DropCause.PROTOCOL,
                        sized(NEAREST_BRIDGE, ONE, 60)),
                new Key(
                        "talkGroups",
                        GuardSpec.NONE,
                        inGroup("front"),
                        DropCause.ISOLATED,
                        sized(TWO, ONE, 60)));
    }

    private static GuardSpec limits(
            @Nullable Integer group,
            @Nullable Integer fresh,
            @Nullable Integer at,
            @Nullable Long out,
            @Nullable Long in,
            @Nullable Integer burst) {
        return new GuardSpec(null, null, null, null, group, fresh, at, out, in, burst, Set.of());
    }

    private static GuardSpec allowing(LinkProtocol protocol) {
        return new GuardSpec(
                null, null, null, null, null, null, null, null, null, null, Set.of(protocol));
    }

    private static GuardSpec inGroup(String group) {
        return new GuardSpec(
                null, List.of(group), null, null, null, null, null, null, null, null, null);
    }

    /// A key: what is said before, and after; what is dropped of these frames for that.
    record Key(
            String name, GuardSpec before, GuardSpec after, DropCause cause, List<byte[]> frames) {
        private Key(
                String name, GuardSpec before, GuardSpec after, DropCause cause, byte[]... frames) {
            this(name, before, after, cause, List.of(frames));
        }

        @Override
        public String toString() {
            return name;
        }

        private boolean is(String other) {
            return name.equals(other);
        }

        private boolean isOfNetworks() {
            return !is("talkGroups");
        }

        private DaemonSpec configuration(GuardSpec guards) {
            PortSpec open = port("b", LAN, TWO).guardedBy(OPEN);
            PortSpec other = port("a", LAN, "any");
            return isOfNetworks()
                    ? spec(List.of(LAN.guardedBy(guards), LAB), other, open, port("c", LAB))
                    : spec(List.of(LAN, LAB), other.guardedBy(guards), open, port("c", LAB));
        }

        private Counters counters(Mac mac) {
            Daemon.Traffic traffic = mac.traffic("a");
            return is("toVmRate") ? traffic.toVm() : traffic.toLan();
        }

        /// How many of the frames are dropped.
        ///
        /// @param round another one has other new addresses
        private long drops(Mac mac, MacVm vm, int round) {
            long passed = counters(mac).frames();
            long dropped = counters(mac).drops(cause);
            for (byte[] each : frames) {
                byte[] frame = each.clone();
                if (is("newAddresses")) {
                    frame[10] = (byte) round;
                }
                if (is("toVmRate")) {
                    mac.en0.deliver(frame);
                } else {
                    vm.send(frame);
                }
            }
            Await.until(
                    "all of them",
                    Await.SHORT,
                    () ->
                            counters(mac).frames() - passed + counters(mac).drops(cause) - dropped
                                    == frames.size());
            return counters(mac).drops(cause) - dropped;
        }
    }

    @ParameterizedTest
    @MethodSource("keys")
    void othersHoldAndNobodyIsDisturbed(Key key) throws Exception {
        try (Mac mac = new Mac(Profile.MACOS15)) {
            Daemon daemon = mac.start(key.configuration(key.before));
            List<InterfaceName> interfaces = mac.added();
            try (MacVm a = mac.vm("a");
                    MacVm b = mac.vm("b")) {
                mac.await(PortEvent.Attached.class, 2);
                exchange(mac, b, 60);
                assertThat(key.drops(mac, a, 1)).as("before").isZero();
                b.receive();

                AtomicInteger sent = new AtomicInteger();
                AtomicBoolean enough = new AtomicBoolean();
                FutureTask<Void> traffic =
                        new FutureTask<>(() -> {
                            while (!enough.get()) {
                                exchange(mac, b, 60 + sent.getAndIncrement() % 1000);
                            }
                            return null;
                        });
                Thread.ofPlatform().daemon().start(traffic);
                Await.until("traffic", Await.SHORT, () -> sent.get() > 2);
                Reload.Result result = daemon.reload(key.configuration(key.after), () -> {});
                int then = sent.get();
                Await.until("more traffic", Await.SHORT, () -> sent.get() > then + 2);
                enough.set(true);
                traffic.get();

                assertThat(result.networks().adjusted())
                        .isEqualTo(key.isOfNetworks() ? List.of("lan") : List.of());
                assertThat(result.networks().changed()).isEmpty();
                assertThat(result.ports().adjusted()).containsExactly("a");
                assertThat(result.ports().unchanged()).containsExactlyInAnyOrder("b", "c");
                assertThat(mac.traffic("b").toLan().frames()).isEqualTo(sent.get() + 1);
                assertThat(mac.traffic("b").toLan().drops()).isZero();
                assertThat(key.drops(mac, a, 2)).as("after").isEqualTo(1);

                daemon.reload(key.configuration(key.before), () -> {});
                assertThat(key.drops(mac, a, 3)).as("before again").isZero();
            }
            assertThat(mac.events(PortEvent.UplinkLost.class)).isEmpty();
            assertThat(Stream.of("portChanged", "reloaded").map(mac.told::lastIndexOf))
                    .isSorted()
                    .doesNotContain(-1);
            if (!key.is("vlan")) {
                assertThat(mac.added()).as("no uplink is another one").isEqualTo(interfaces);
            }
            assertThat(mac.added()).hasSameSizeAs(interfaces);
        }
    }

    /// A frame of the LAN, which is the next that the VM gets, and one of the VM's.
    private static void exchange(Mac mac, MacVm vm, int length) {
        byte[] in = sized(TWO, STATION, length);
        mac.en0.deliver(in);
        assertThat(vm.await(1)).containsExactly(in);
        vm.send(sized(STATION, TWO, length));
    }

    @Test
    void aPortThatIsDownHasThemWhenItIsUp() throws Exception {
        try (Mac mac = new Mac(Profile.MACOS15)) {
            Daemon daemon = mac.start(spec(List.of(LAN), port("a", LAN)));
            daemon.ask(o -> o.setUp("a", false)).get();
            daemon.reload(
                    spec(List.of(LAN.guardedBy(GuardSpec.ISOLATED)), port("a", LAN)), () -> {});
            assertThat(mac.state("a")).isEqualTo(Status.State.DOWN);
            assertThat(guards(daemon).isolated()).isTrue();
            daemon.ask(o -> o.setUp("a", true)).get();
            assertThat(guards(daemon).isolated()).isTrue();
        }
    }

    private static Status.Guarding guards(Daemon daemon) throws Exception {
        return daemon.status().ports().getFirst().guards();
    }

    /// Ports that were added by hand follow their network, too.
    @Test
    void aPortThatNoFileKnowsFollowsItsNetwork() throws Exception {
        try (Mac mac = new Mac(Profile.MACOS15)) {
            Daemon daemon = mac.start(spec(List.of(LAN)));
            daemon.addPort(port("run", LAN));
            DaemonSpec wanted = spec(List.of(LAN.guardedBy(GuardSpec.ISOLATED)));
            assertThat(daemon.reload(wanted, () -> {}).ports().adjusted()).containsExactly("run");
            assertThat(guards(daemon).isolated()).isTrue();
        }
    }

    @Test
    void whereALaterStepFailsTheFormerOnesHold() throws Exception {
        try (Mac mac = new Mac(Profile.MACOS15)) {
            Daemon daemon = mac.start(spec(List.of(LAN), port("a", LAN)));
            PortSpec impossible = port("d", LAN).at("/no/where/net.sock");
            try (MacVm _ = mac.vm("a")) {
                mac.await(PortEvent.Attached.class, 1);
                DaemonSpec wanted =
                        spec(
                                List.of(LAN.guardedBy(GuardSpec.ISOLATED)),
                                port("a", LAN).guardedBy(GuardSpec.of(new VlanPolicy.Access(20))),
                                impossible);
                assertThatThrownBy(() -> daemon.reload(wanted, () -> {}))
                        .hasMessageContaining("/no/where");
                assertThat(guards(daemon).isolated()).isFalse();
                assertThat(guards(daemon).vlan()).isNull();
                assertThat(mac.state("a")).isEqualTo(Status.State.ATTACHED);
                daemon.addPort(port("x", LAN));
                assertThat(daemon.status().ports().getLast().guards().isolated()).isFalse();
            }
        }
    }

    @Test
    void leasesThatNobodyGivesAreRefusedBeforeAnythingChanges() throws Exception {
        try (Mac mac = new Mac(Profile.MACOS15)) {
            Daemon daemon = mac.start(spec(List.of(LAB, LAN), port("a", LAB), port("b", LAN)));
            NetworkSpec waiting = LAB.guardedBy(GuardSpec.of(new IpPolicy.Leased()));
            assertThatThrownBy(() ->
                            daemon.reload(spec(List.of(waiting, LAN), port("a", LAB)), () -> {}))
                    .isInstanceOf(UsageException.class)
                    .hasMessageContaining("nobody gives addresses on lab");
            assertThat(daemon.status().ports()).hasSize(2);
        }
    }
}
