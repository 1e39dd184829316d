package switchd.daemon.darwin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static switchd.daemon.darwin.Specs.LAB;
import static switchd.daemon.darwin.Specs.LAN;
import static switchd.daemon.darwin.Specs.port;
import static switchd.daemon.darwin.Specs.spec;
import static switchd.daemon.lab.Frames.BROADCAST;
import static switchd.daemon.lab.Frames.sized;

import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import switchd.core.InterfaceName;
import switchd.core.MacPolicy;
import switchd.core.SwitchdException;
import switchd.core.UsageException;
import switchd.daemon.Daemon;
import switchd.daemon.DaemonSpec;
import switchd.daemon.NetworkSpec;
import switchd.daemon.Operations;
import switchd.daemon.PortSpec;
import switchd.daemon.Status;
import switchd.daemon.lab.Await;
import switchd.darwin.testkit.Profile;
import switchd.posix.Fd;

/// What can be done with a daemon while it runs, on a macOS kernel in memory.
@Timeout(30)
final class OperationsOnMacTest {
    private static final String ONE = "02:00:00:00:00:01";
    private static final String TWO = "02:00:00:00:00:02";
    private static final String STATION = "02:00:00:00:00:99";

    private static Mac boot() {
        return new Mac(Profile.MACOS15);
    }

    private static boolean hasSocket(Mac mac, String port) {
        return mac.kernel.files().exists("/var/run/switchd/" + port + "/net.sock");
    }

    @Test
    void oneDaemonHasManyNetworks() throws Exception {
        try (Mac mac = boot()) {
            DaemonSpec both =
                    spec(List.of(LAN, LAB), port("a", LAN), port("b", LAB), port("c", LAB));
            Daemon daemon = mac.start(both);
            try (MacVm b = mac.vm("b");
                    MacVm c = mac.vm("c");
                    MacVm a = mac.vm("a")) {
                Await.until(
                        "three VMs",
                        Await.SHORT,
                        () -> mac.told.stream().filter("attached"::equals).count() == 3);
                byte[] frame = sized(BROADCAST, ONE, 5000);
                b.send(frame);
                c.await(frame);
                byte[] toLan = sized(STATION, TWO, 100);
                a.send(toLan);
                mac.awaitOnWire(toLan);

                assertThat(mac.en0.sent()).noneMatch(sent -> sent.length == 5000);
            }
            Status status = daemon.status();
            assertThat(status.networks())
                    .extracting(Status.NetworkStatus::name, Status.NetworkStatus::mtu)
                    .containsExactly(tuple("lan", 1500), tuple("lab", 9000));
            assertThat(status.networks().getFirst().members())
                    .extracting(Status.Member::name)
                    .containsExactly("en0");
            assertThat(status.networks().getLast().ports()).containsExactly("b", "c");
        }
    }

    @Test
    void statusTellsWhatHasGoneThrough() throws Exception {
        try (Mac mac = boot()) {
            Daemon daemon = mac.start(spec(List.of(LAN), port("a", LAN)));
            Status.PortStatus before = daemon.status().ports().getFirst();
            assertThat(before.state()).isEqualTo(Status.State.LISTENING);
            assertThat(before.toLan().lastFrameSeconds()).isNull();
            try (MacVm a = mac.vm("a")) {
                byte[] frame = sized(STATION, ONE, 100);
                a.send(frame);
                mac.awaitOnWire(frame);

                Status.PortStatus after = daemon.status().ports().getFirst();
                assertThat(after.state()).isEqualTo(Status.State.ATTACHED);
                assertThat(after.macsSeen()).containsExactly(ONE);
                assertThat(after.toLan().frames()).isEqualTo(1);
                assertThat(after.toLan().bytes()).isEqualTo(100);
                assertThat(after.toLan().lastFrameSeconds()).isBetween(0.0, 30.0);
                assertThat(after.peer()).isNotNull();
            }
        }
    }

    @Test
    void aPortThatIsSwitchedOffLetsNobodyInUntilItIsSwitchedOn() throws Exception {
        try (Mac mac = boot()) {
            Daemon daemon = mac.start(spec(List.of(LAN), port("a", LAN), port("b", LAN)));

            assertThat(daemon.ask(o -> o.setUp("a", false)).get()).isTrue();
            assertThat(daemon.ask(o -> o.setUp("a", false)).get()).isFalse();
            assertThat(mac.state("a")).isEqualTo(Status.State.DOWN);
            assertThat(hasSocket(mac, "a")).isFalse();
            assertThat(hasSocket(mac, "b")).isTrue();

            assertThat(daemon.ask(o -> o.setUp("a", true)).get()).isTrue();
            assertThat(mac.state("a")).isEqualTo(Status.State.LISTENING);
            assertThat(hasSocket(mac, "a")).isTrue();
            assertThat(mac.told).containsExactly("started", "portDown", "portUp");
        }
    }

    @Test
    void aPortIsAddedWithANetworkOfItsOwnAndBothGoTogether() throws Exception {
        try (Mac mac = boot()) {
            Daemon daemon = mac.start(spec(List.of(LAN), port("a", LAN)));
            daemon.ask(
                            o -> {
                                o.addPort(port("b", LAB), LAB);
                                o.addPort(port("c", LAB), LAB);
                                return true;
                            })
                    .get();

            assertThat(daemon.status().networks()).hasSize(2);
            daemon.removePort("b");
            assertThat(daemon.status().networks()).hasSize(2);
            daemon.removePort("c");
            assertThat(daemon.status().networks()).hasSize(1);
        }
    }

    /// A command line says less of it than a file: neither who makes it nor who keeps its members.
    @Test
    void aNetworkIsTheSameWhereItsBridgeIs() throws Exception {
        NetworkSpec kept =
                new NetworkSpec("lan", new NetworkSpec.Bridge(Mac.BRIDGE, true, true), null);
        NetworkSpec other =
                NetworkSpec.of(new NetworkSpec.Bridge(new InterfaceName("bridge2"), false));
        NetworkSpec elsewhere = new NetworkSpec("lan", other.kind(), null);
        NetworkSpec nic = new NetworkSpec("lan", new NetworkSpec.Nic(Mac.BRIDGE), null);
        try (Mac mac = boot()) {
            Daemon daemon = mac.start(spec(List.of(kept), port("a", kept)));
            daemon.ask(o -> add(o, "b", LAN)).get();
            assertThat(daemon.status().networks().getFirst().ports()).containsExactly("a", "b");
            for (NetworkSpec wrong : List.of(elsewhere, nic)) {
                assertThatThrownBy(() -> daemon.ask(o -> add(o, "c", wrong)).get())
                        .hasCauseInstanceOf(UsageException.class)
                        .hasMessageContaining(
                                "the network lan is another one here: of kind bridge");
            }
            assertThat(daemon.status().ports()).hasSize(2);
        }
    }

    private static boolean add(Operations operations, String port, NetworkSpec network)
            throws SwitchdException {
        operations.addPort(port(port, network), network);
        return true;
    }

    @Test
    void whatIsThereAlreadyOrNowhereIsRefused() throws Exception {
        try (Mac mac = boot()) {
            PortSpec fixed = port("web", LAN, ONE);
            Daemon daemon = mac.start(spec(List.of(LAN), fixed));

            refused(() -> daemon.addPort(port("web", LAN)), "there is a port called web already");
            refused(
                    () -> daemon.addPort(PortSpec.of("db", "lan", MacPolicy.parse(ONE))),
                    "port web has the address " + ONE + " already");
            refused(() -> daemon.addPort(port("db", LAB)), "there is no network called lab");
            refused(() -> daemon.removePort("wep"), "did you mean \"web\"?");
            assertThat(daemon.status().ports()).hasSize(1);
        }
    }

    private static void refused(Refusable work, String text) {
        assertThatThrownBy(work::run).isInstanceOf(UsageException.class).hasMessageContaining(text);
    }

    private interface Refusable {
        void run() throws SwitchdException;
    }

    @Test
    void aTemporaryPortGoesWithItsVm() throws Exception {
        try (Mac mac = boot()) {
            Daemon daemon = mac.start(spec(List.of(LAN), port("a", LAN)));
            PortSpec passing =
                    new PortSpec(
                            "b",
                            "lan",
                            new MacPolicy.Auto(),
                            null,
                            null,
                            PortSpec.Access.of("501:20"),
                            true,
                            true,
                            null);
            daemon.addPort(passing);
            assertThat(hasSocket(mac, "b")).isFalse();
            Fd vm = daemon.ask(operations -> operations.descriptor("b", 1, mac.process)).get();
            Await.until("attached", Await.SHORT, () -> mac.told.contains("attached"));
            vm.close();

            Await.until("gone", Await.SHORT, () -> mac.told.contains("portRemoved"));
            assertThat(daemon.status().ports()).hasSize(1);
        }
    }

    @Test
    void anOperatorTakesAVmAway() throws Exception {
        try (Mac mac = boot()) {
            Daemon daemon = mac.start(spec(List.of(LAN), port("a", LAN)));
            try (MacVm _ = mac.vm("a")) {
                Await.until("attached", Await.SHORT, () -> mac.told.contains("attached"));

                assertThat(daemon.ask(o -> o.detach("a")).get()).isTrue();
                assertThat(daemon.ask(o -> o.detach("a")).get()).isFalse();
                assertThat(mac.state("a")).isEqualTo(Status.State.LISTENING);
            }
        }
    }

    @Test
    void nothingIsLeftOfAnythingAddedMeanwhile() throws Exception {
        try (Mac mac = boot()) {
            Daemon daemon = mac.start(spec(List.of(LAN), port("a", LAN)));
            daemon.addPort(port("b", LAN));
            daemon.ask(o -> o.setUp("a", false)).get();
            daemon.close();
            mac.checkNothingIsLeft();
        }
    }

    @Test
    void anAnswerSaysWhyNot() throws Exception {
        try (Mac mac = boot()) {
            Daemon daemon = mac.start(spec(List.of(LAN), port("a", LAN)));

            assertThatThrownBy(() -> daemon.ask(o -> o.setUp("b", false)).get())
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(UsageException.class);
        }
    }
}
