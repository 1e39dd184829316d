package switchd.daemon.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import switchd.core.DropCause;
import switchd.core.InterfaceName;
import switchd.core.MacPolicy;
import switchd.core.PortEvent;
import switchd.daemon.DaemonSpec;
import switchd.daemon.NetworkSpec;
import switchd.daemon.PortSpec;
import switchd.daemon.Status;
import switchd.daemon.host.Writer;
import switchd.daemon.lab.Await;
import switchd.daemon.lab.Lab;
import switchd.daemon.lab.NeedsLab;
import switchd.daemon.lab.Station;
import switchd.daemon.lab.VmClient;

/// Uplinks that others take away while frames flow: for how long there is none, how many frames are
/// lost, and that nothing else is touched.
@NeedsLab
@Timeout(60)
final class HealingIT {
    private static final String VM_MAC = "02:00:00:00:0e:01";
    private static final Station VM = new Station(VM_MAC, "10.77.0.61");
    private static final String TAP = "swtap0";
    private static final String REMAKE =
            "link add br0 type bridge stp_state 0 forward_delay 0 mcast_snooping 0";

    private final Lab lab = Lab.bridged();

    @AfterEach
    void removeLab() {
        lab.close();
    }

    private void ip(String... lines) {
        for (String line : lines) {
            lab.host().run(("ip " + line).split(" "));
        }
    }

    /// All interfaces of the host but those named, ours included by what they are.
    private List<String> others(String... names) {
        Set<String> left = Set.of(names);
        return lab.host()
                .run("ip", "-o", "link")
                .lines()
                .filter(line -> !left.contains(line.split("[:@] ?", 3)[1]))
                .map(line -> line.replaceFirst("^\\d+: ", ""))
                .sorted()
                .toList();
    }

    private static NetworkSpec bridge(boolean keep) {
        return NetworkSpec.of(new NetworkSpec.Bridge(new InterfaceName(Lab.BRIDGE), false, keep));
    }

    private PortSpec port(NetworkSpec network, String name, MacPolicy policy) {
        return PortSpec.of(name, network.name(), policy).at(socket(name).toString());
    }

    private Path socket(String name) {
        return lab.workspace().file(name + "/net.sock");
    }

    private InHost start(NetworkSpec network) throws Exception {
        PortSpec vm = port(network, "vm", MacPolicy.parse(VM_MAC));
        return InHost.start(lab, DaemonSpec.of(network, List.of(vm), Writer.AUTO));
    }

    private static <T extends PortEvent> T await(InHost host, Class<T> kind) {
        List<PortEvent> found = new ArrayList<>();
        Await.until(
                kind.getSimpleName(),
                Await.SHORT,
                () -> {
                    host.events().stream()
                            .filter(kind::isInstance)
                            .findFirst()
                            .ifPresent(found::add);
                    return !found.isEmpty();
                });
        return kind.cast(found.getFirst());
    }

    private static Status.PortStatus status(InHost host) throws Exception {
        return host.daemon().status().ports().getFirst();
    }

    private static void awaitReason(InHost host, String part) {
        Await.until(
                part,
                Await.SHORT,
                () -> {
                    try {
                        String reason = status(host).reason();
                        return reason != null && reason.contains(part);
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                });
    }

    /// Something that is done to the host, and perhaps mended.
    @FunctionalInterface
    private interface Fault {
        void happen(InHost host) throws Exception;
    }

    private static long nanosOf(Fault fault, InHost host) throws Exception {
        long before = System.nanoTime();
        fault.happen(host);
        return System.nanoTime() - before;
    }

    /// What came of a fault.
    ///
    /// @param stream the frames
    /// @param faultNanos how long it took to make it, and to mend it where others must
    private record Outcome(PingStream.Result stream, long faultNanos) {
        /// The interruption beyond the time in which the host was not whole.
        long beyond() {
            return stream.longest() - faultNanos;
        }
    }

    /// Has it happen under traffic, waits until frames flow again, and compares all interfaces but
    /// those that are `touched` with what they were.
    private Outcome during(
            String name, NetworkSpec network, int repairs, Fault fault, String... touched)
            throws Exception {
        List<String> before = others(touched);
        Outcome outcome = during(name, repairs, fault, start(network));
        assertThat(others(touched)).isEqualTo(before);
        return outcome;
    }

    private Outcome during(String name, int repairs, Fault fault, InHost host) throws Exception {
        try (VmClient vm = VmClient.vfkit(socket("vm"));
                PingStream stream = PingStream.start(lab, vm, VM)) {
            long faultNanos = nanosOf(fault, host);
            if (repairs > 0) {
                await(host, PortEvent.UplinkBack.class);
            }
            PingStream.Result result = stream.end();
            System.out.printf(
                    "%s: interruption %d ms (fault %d ms), %d of %d frames lost%n",
                    name, result.millis(), faultNanos / 1_000_000, result.lost(), result.sent());
            Status.PortStatus port = status(host);
            assertThat(port.state()).isEqualTo(Status.State.ATTACHED);
            assertThat(port.reason()).isNull();
            assertThat(port.repairs()).isEqualTo(repairs);
            assertThat(host.daemon().status().networks().getFirst().repairs()).isEqualTo(repairs);
            assertThat(host.events())
                    .filteredOn(PortEvent.UplinkLost.class::isInstance)
                    .hasSize(repairs);
            assertThat(host.events()).noneMatch(PortEvent.Detached.class::isInstance);
            // Whatever the VM sent and nobody got is counted as such.
            assertThat(host.toLan("vm").drops())
                    .isEqualTo(
                            host.toLan("vm").drops(DropCause.UPLINK_LOST)
                                    + host.toLan("vm").drops(DropCause.UPLINK_FULL));
            return new Outcome(result, faultNanos);
        }
    }

    private void healsAtOnce(String name, String reason, String... commands) throws Exception {
        Outcome result =
                during(
                        name,
                        bridge(false),
                        1,
                        host -> {
                            ip(commands);
                            assertThat(await(host, PortEvent.UplinkLost.class).reason())
                                    .isEqualTo(reason);
                        },
                        TAP);
        assertThat(result.stream().longest()).isLessThan(1_000_000_000);
        assertThat(result.stream().lost()).isPositive();
    }

    @Test
    void aTapTakenOutOfTheBridge() throws Exception {
        healsAtOnce("nomaster", TAP + " is no member of br0 any more", "link set swtap0 nomaster");
    }

    @Test
    void aTapSwitchedOff() throws Exception {
        healsAtOnce("TAP down", TAP + " was switched off", "link set swtap0 down");
    }

    @Test
    void aTapDeleted() throws Exception {
        healsAtOnce("TAP deleted", TAP + " was removed", "link del swtap0");
    }

    /// We do not switch it on; who does so gets his frames at once.
    @Test
    void aBridgeSwitchedOffAndOn() throws Exception {
        Outcome result =
                during(
                        "bridge down and up",
                        bridge(false),
                        1,
                        host -> {
                            ip("link set br0 down");
                            awaitReason(host, "switch it on with `ip link set br0 up`");
                            assertThat(host.daemon().notices())
                                    .contains(
                                            "the bridge br0 is down: switch it on with `ip link set br0 up`");
                            ip("link set br0 up");
                        },
                        TAP);
        assertThat(result.beyond()).isLessThan(500_000_000);
    }

    /// As tools do that rebuild it: our TAP must not be its first member.
    @Test
    void aBridgeDeletedAndMadeAgainWithItsMemberLater() throws Exception {
        Outcome result =
                during(
                        "bridge made again",
                        bridge(false),
                        1,
                        host -> {
                            ip("link del br0");
                            awaitReason(host, "there is no bridge br0");
                            ip(REMAKE, "link set br0 up");
                            awaitReason(host, "br0 has no members yet");
                            assertThat(lab.host().interfaces()).doesNotContain(TAP);
                            ip("link set lan0 master br0");
                        },
                        TAP,
                        Lab.BRIDGE);
        assertThat(result.beyond()).isLessThan(500_000_000);
    }

    private NetworkSpec nic() {
        // Otherwise it takes the lowest of its members'.
        ip("link set br0 address 02:00:00:00:0e:ff");
        ip("link add nic1 type veth peer name port1");
        plug();
        return NetworkSpec.of(new NetworkSpec.Nic(new InterfaceName("nic1")));
    }

    private void plug() {
        for (String end : new String[] {"nic1", "port1"}) {
            lab.host().run(("ethtool -K " + end + " tx off tso off gso off gro off").split(" "));
            ip("link set " + end + " up");
        }
        ip("link set port1 master br0");
    }

    @Test
    void aNicUnpluggedAndPluggedInAgain() throws Exception {
        NetworkSpec nic = nic();
        Outcome result =
                during(
                        "NIC made again",
                        nic,
                        1,
                        host -> {
                            ip("link del nic1");
                            awaitReason(host, "there is no interface nic1");
                            ip("link add nic1 type veth peer name port1");
                            plug();
                        },
                        "nic1",
                        "port1");
        assertThat(result.beyond()).isLessThan(500_000_000);
    }

    @Test
    void aNicSwitchedOffAndOn() throws Exception {
        NetworkSpec nic = nic();
        Outcome result =
                during(
                        "NIC down and up",
                        nic,
                        1,
                        host -> {
                            ip("link set nic1 down");
                            awaitReason(host, "switch it on with `ip link set nic1 up`");
                            ip("link set nic1 up");
                        },
                        "nic1",
                        "port1");
        assertThat(result.beyond()).isLessThan(500_000_000);
    }

    @Test
    void aNicRenamed() throws Exception {
        Outcome result =
                during(
                        "NIC renamed",
                        nic(),
                        0,
                        host -> {
                            ip("link set nic1 name nic9");
                            Await.until(
                                    "the new name",
                                    Await.SHORT,
                                    () -> {
                                        try {
                                            return status(host).uplink().equals("nic9");
                                        } catch (Exception e) {
                                            throw new AssertionError(e);
                                        }
                                    });
                        },
                        "nic1",
                        "nic9",
                        "port1");
        assertThat(result.stream().lost()).isZero();
    }

    @Test
    void aMemberOfTheBridgeIsPutBackWhereThatIsAskedFor() throws Exception {
        Outcome result =
                during(
                        "member lost, kept",
                        bridge(true),
                        0,
                        host -> {
                            ip("link set lan0 nomaster");
                            host.awaitEvent("memberLost");
                            assertThat(host.awaitEvent("memberBack").details())
                                    .containsEntry("member", "lan0")
                                    .containsEntry("putBack", true);
                        },
                        TAP);
        assertThat(result.stream().longest()).isLessThan(1_000_000_000);
    }

    @Test
    void aMemberOfTheBridgeThatIsLostIsToldOtherwise() throws Exception {
        Outcome result =
                during(
                        "member lost",
                        bridge(false),
                        0,
                        host -> {
                            ip("link set lan0 nomaster");
                            assertThat(host.awaitEvent("memberLost").text())
                                    .isEqualTo(
                                            "lan0 is no member of br0 any more: it is in no bridge; `ip link set lan0 master br0`");
                            assertThat(host.daemon().notices())
                                    .anyMatch(notice ->
                                            notice.startsWith("lan0 was a member of br0"));
                            ip("link set lan0 master br0");
                            assertThat(host.awaitEvent("memberBack").text())
                                    .isEqualTo("lan0 is in br0 again");
                        },
                        TAP);
        assertThat(result.beyond()).isLessThan(500_000_000);
    }

    /// The bridge takes the smallest of its members' MTUs.
    @Test
    void theMtuOfATapIsRestored() throws Exception {
        Outcome result =
                during(
                        "TAP's MTU changed",
                        bridge(false),
                        0,
                        host -> {
                            ip("link set swtap0 mtu 1000");
                            Await.until(
                                    "the MTU",
                                    Await.SHORT,
                                    () ->
                                            lab.host()
                                                    .run("ip", "-o", "link", "show", TAP)
                                                    .contains("mtu 1500"));
                            ip("link set br0 mtu 1400");
                            Await.until(
                                    "a notice",
                                    Await.SHORT,
                                    () -> {
                                        try {
                                            return host.daemon()
                                                    .notices()
                                                    .contains(
                                                            "br0 has an MTU of 1400 now, the VMs go on with 1500: `ip link set br0 mtu 1500`");
                                        } catch (Exception e) {
                                            throw new AssertionError(e);
                                        }
                                    });
                            ip("link set br0 mtu 1500");
                        },
                        TAP);
        assertThat(result.stream().lost()).isZero();
    }

    private static List<Long> outages(InHost host) {
        return host.events().stream()
                .filter(PortEvent.UplinkBack.class::isInstance)
                .map(event -> ((PortEvent.UplinkBack) event).outageNanos())
                .toList();
    }

    @Test
    void twentyPortsAtOnce() throws Exception {
        NetworkSpec network = bridge(false);
        List<PortSpec> ports = new ArrayList<>();
        ports.add(port(network, "vm", MacPolicy.parse(VM_MAC)));
        IntStream.range(1, 20)
                .forEach(i -> ports.add(port(network, "vm" + i, new MacPolicy.Auto())));
        List<String> before = others(Lab.BRIDGE);
        InHost host = InHost.start(lab, DaemonSpec.of(network, ports, Writer.AUTO));
        try (VmClient vm = VmClient.vfkit(socket("vm"));
                PingStream stream = PingStream.start(lab, vm, VM)) {
            Fault remade =
                    _ -> ip("link del br0", REMAKE, "link set br0 up", "link set lan0 master br0");
            long faultNanos = nanosOf(remade, host);
            long up = System.nanoTime();
            Await.until("twenty uplinks", Await.SHORT, () -> outages(host).size() == 20);
            System.out.printf(
                    "twenty ports: all back %d ms after the bridge%n",
                    (System.nanoTime() - up) / 1_000_000);
            PingStream.Result result = stream.end();
            System.out.printf(
                    "twenty ports: interruption %d ms (fault %d ms), %d of %d frames lost%n",
                    result.millis(), faultNanos / 1_000_000, result.lost(), result.sent());
            assertThat(result.longest() - faultNanos).isLessThan(1_500_000_000);
            assertThat(host.events())
                    .filteredOn(PortEvent.UplinkLost.class::isInstance)
                    .hasSize(20);
            assertThat(outages(host)).hasSize(20).allMatch(nanos -> nanos > 1_000_000);
            assertThat(host.daemon().status().networks().getFirst().repairs()).isEqualTo(20);
            assertThat(host.daemon().status().networks().getFirst().members())
                    .extracting(Status.Member::name)
                    .containsExactly("lan0");
        }
        host.close();
        assertThat(others(Lab.BRIDGE)).isEqualTo(before);
    }
}
