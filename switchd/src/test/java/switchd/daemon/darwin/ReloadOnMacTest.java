package switchd.daemon.darwin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static switchd.daemon.darwin.Specs.LAB;
import static switchd.daemon.darwin.Specs.LAN;
import static switchd.daemon.darwin.Specs.port;
import static switchd.daemon.darwin.Specs.spec;
import static switchd.daemon.lab.Frames.sized;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import switchd.core.HostException;
import switchd.core.InterfaceName;
import switchd.core.SwitchdException;
import switchd.core.UsageException;
import switchd.daemon.Daemon;
import switchd.daemon.DaemonEvent;
import switchd.daemon.DaemonSpec;
import switchd.daemon.NetworkSpec;
import switchd.daemon.PortSpec;
import switchd.daemon.Reload;
import switchd.daemon.Status;
import switchd.daemon.lab.Await;
import switchd.darwin.testkit.Profile;

/// A daemon that goes from one configuration to the next, on a macOS kernel in memory.
@Timeout(30)
final class ReloadOnMacTest {
    private static final String ONE = "02:00:00:00:00:01";
    private static final String TWO = "02:00:00:00:00:02";
    private static final String STATION = "02:00:00:00:00:99";

    private static Mac boot() {
        return new Mac(Profile.MACOS15);
    }

    private static Reload.Result reload(Daemon daemon, DaemonSpec wanted) throws SwitchdException {
        return daemon.reload(wanted, () -> {});
    }

    private static boolean hasSocket(Mac mac, String port) {
        return mac.kernel.files().exists("/var/run/switchd/" + port + "/net.sock");
    }

    @Test
    void aReloadTouchesOnlyWhatDiffers() throws Exception {
        try (Mac mac = boot()) {
            Daemon daemon =
                    mac.start(
                            spec(
                                    List.of(LAN, LAB),
                                    port("a", LAN),
                                    port("b", LAN),
                                    port("x", LAB)));
            try (MacVm a = mac.vm("a")) {
                a.send(sized(STATION, ONE, 60));
                int before = mac.added().size();

                Reload.Result result =
                        reload(
                                daemon,
                                spec(
                                        List.of(LAN),
                                        port("a", LAN),
                                        port("b", LAN, TWO),
                                        port("c", LAN)));

                assertThat(result.ports())
                        .isEqualTo(
                                new Reload.Names(
                                        List.of("c"),
                                        List.of("x"),
                                        List.of("b"),
                                        List.of(),
                                        List.of("a")));
                assertThat(result.networks().removed()).containsExactly("lab");
                assertThat(mac.added()).hasSize(before + 2);
                assertThat(mac.told).doesNotContain("detached").contains("reloaded");
                byte[] frame = sized(STATION, ONE, 100);
                a.send(frame);
                mac.awaitOnWire(frame);
            }
            assertThat(reload(daemon, lastSpec()).isEmpty()).isTrue();
        }
    }

    private static DaemonSpec lastSpec() {
        return spec(List.of(LAN), port("a", LAN), port("b", LAN, TWO), port("c", LAN));
    }

    @Test
    void aReloadThatCannotBeHadLeavesEverythingAsItWas() throws Exception {
        try (Mac mac = boot()) {
            Daemon daemon = mac.start(spec(List.of(LAN), port("a", LAN), port("b", LAN)));
            NetworkSpec nowhere =
                    new NetworkSpec(
                            "z", new NetworkSpec.Bridge(new InterfaceName("bridge9"), false), null);
            try (MacVm a = mac.vm("a")) {
                a.send(sized(STATION, ONE, 60));

                assertThatThrownBy(() ->
                                reload(
                                        daemon,
                                        spec(
                                                List.of(LAN, nowhere),
                                                port("a", LAN),
                                                port("d", LAN))))
                        .isInstanceOf(HostException.class)
                        .hasMessageContaining("bridge9");

                assertThat(daemon.status().ports())
                        .extracting(Status.PortStatus::name)
                        .containsExactlyInAnyOrder("a", "b");
                assertThat(hasSocket(mac, "b")).isTrue();
                assertThat(hasSocket(mac, "d")).isFalse();
                assertThat(mac.told).doesNotContain("detached").contains("reloadFailed");
            }
        }
    }

    @Test
    void aChangedNetworkIsOpenedAnewWithAllOnIt() throws Exception {
        try (Mac mac = boot()) {
            Daemon daemon = mac.start(spec(List.of(LAB), port("a", LAB)));
            daemon.addPort(port("run", LAB));
            NetworkSpec smaller = new NetworkSpec("lab", new NetworkSpec.Isolated(), 1500);

            Reload.Result result = reload(daemon, spec(List.of(smaller), port("a", LAB)));

            assertThat(result.ports().changed()).containsExactlyInAnyOrder("a", "run");
            assertThat(daemon.status().ports())
                    .extracting(Status.PortStatus::mtu)
                    .containsExactly(1500, 1500);
        }
    }

    @Test
    void aPortThatIsOffStaysOffInAReloadGoodOrBad() throws Exception {
        try (Mac mac = boot()) {
            Daemon daemon = mac.start(spec(List.of(LAB), port("a", LAB)));
            daemon.ask(o -> o.setUp("a", false)).get();
            NetworkSpec smaller = new NetworkSpec("lab", new NetworkSpec.Isolated(), 1500);
            NetworkSpec nowhere =
                    new NetworkSpec(
                            "z", new NetworkSpec.Bridge(new InterfaceName("bridge9"), false), null);

            assertThatThrownBy(
                            () -> reload(daemon, spec(List.of(smaller, nowhere), port("a", LAB))))
                    .hasMessageContaining("bridge9");
            assertThat(mac.state("a")).isEqualTo(Status.State.DOWN);

            reload(daemon, spec(List.of(smaller), port("a", LAB)));
            assertThat(mac.state("a")).isEqualTo(Status.State.DOWN);
        }
    }

    @Test
    void whatWasTriedByHandAndThenWrittenDownStays() throws Exception {
        try (Mac mac = boot()) {
            Daemon daemon = mac.start(spec(List.of(LAN), port("a", LAN)));
            daemon.ask(
                            o -> {
                                o.addPort(port("x", LAB), LAB);
                                return true;
                            })
                    .get();
            PortSpec fixed = port("x", LAB, ONE);

            reload(daemon, spec(List.of(LAN, LAB), port("a", LAN), fixed));

            assertThat(mac.state("x")).isEqualTo(Status.State.LISTENING);
            daemon.removePort("x");
            assertThat(daemon.status().networks()).hasSize(2);
        }
    }

    @Test
    void aReloadThatWouldStrandAPortIsRefusedBeforeAnythingIsClosed() throws Exception {
        try (Mac mac = boot()) {
            Daemon daemon = mac.start(spec(List.of(LAN, LAB), port("a", LAN), port("b", LAB)));
            daemon.addPort(port("x", LAB));

            assertThatThrownBy(() -> reload(daemon, spec(List.of(LAN), port("a", LAN))))
                    .isInstanceOf(UsageException.class)
                    .hasMessageContaining("`switchd port rm x`");
            assertThat(daemon.status().ports()).hasSize(3);
            assertThat(mac.told).doesNotContain("portRemoved");
        }
    }

    @Test
    void whatIsMissingIsFoundBeforeAnythingIsClosed() throws Exception {
        try (Mac mac = boot()) {
            Daemon daemon = mac.start(spec(List.of(LAN), port("a", LAN)));
            NetworkSpec nic =
                    new NetworkSpec("z", new NetworkSpec.Nic(new InterfaceName("en7")), null);
            NetworkSpec tooBig =
                    new NetworkSpec("z", new NetworkSpec.Bridge(Mac.BRIDGE, false), 9000);
            PortSpec grouped =
                    port("c", LAN).forUser(new PortSpec.Access("501:20", "no-such-group", null));
            PortSpec changed = port("a", LAN, TWO);
            daemon.addPort(port("x", LAN, ONE));
            PortSpec same = port("y", LAN, ONE);
            try (MacVm _ = mac.vm("a")) {
                Await.until("attached", Await.SHORT, () -> mac.told.contains("attached"));

                refusedWhole(daemon, "en7", spec(List.of(LAN, nic), changed));
                refusedWhole(daemon, "MTU", spec(List.of(LAN, tooBig), changed));
                refusedWhole(daemon, "no-such-group", spec(List.of(LAN), changed, grouped));
                refusedWhole(daemon, "both to have the address", spec(List.of(LAN), changed, same));

                assertThat(mac.told).doesNotContain("detached");
                assertThat(mac.state("a")).isEqualTo(Status.State.ATTACHED);
            }
        }
    }

    private static void refusedWhole(Daemon daemon, String why, DaemonSpec wanted) {
        List<DaemonEvent> heard = new CopyOnWriteArrayList<>();
        try (var _ = daemon.subscribe(heard::add)) {
            assertThatThrownBy(() -> reload(daemon, wanted))
                    .isInstanceOf(SwitchdException.class)
                    .hasMessageContaining(why);
        }
        assertThat(heard).extracting(DaemonEvent::event).containsExactly("reloadFailed");
        assertThat(heard.getFirst().text()).startsWith("nothing is changed: ").contains(why);
    }
}
