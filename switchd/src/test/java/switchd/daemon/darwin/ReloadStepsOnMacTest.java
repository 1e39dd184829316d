package switchd.daemon.darwin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static switchd.daemon.darwin.Specs.LAB;
import static switchd.daemon.darwin.Specs.LAN;
import static switchd.daemon.darwin.Specs.port;
import static switchd.daemon.darwin.Specs.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import switchd.core.HostException;
import switchd.core.PortEvent;
import switchd.core.SwitchdException;
import switchd.daemon.Daemon;
import switchd.daemon.DaemonEvent;
import switchd.daemon.DaemonSpec;
import switchd.daemon.Reload;
import switchd.daemon.Status;
import switchd.daemon.lab.Await;
import switchd.darwin.testkit.Profile;

/// A reload while it is under way, and one that is taken back, on a macOS kernel in memory.
@Timeout(30)
final class ReloadStepsOnMacTest {
    private static Mac boot() {
        return new Mac(Profile.MACOS15);
    }

    private static Reload.Result reload(Daemon daemon, DaemonSpec wanted) throws SwitchdException {
        return daemon.reload(wanted, () -> {});
    }

    @Test
    void whoseVmsWereDetachedInVainIsSaid() throws Exception {
        try (Mac mac = boot()) {
            Daemon daemon =
                    mac.start(spec(List.of(LAN), port("a", LAN), port("b", LAN), port("c", LAN)));
            DaemonSpec wanted =
                    spec(
                            List.of(LAN),
                            port("a", LAN, "any"),
                            port("b", LAN, "any"),
                            port("c", LAN),
                            port("d", LAN).at("/no/where/net.sock"));
            String said = ": detached, and have to attach again: the VMs of b";
            List<DaemonEvent> heard = new CopyOnWriteArrayList<>();
            try (MacVm _ = mac.vm("b");
                    MacVm _ = mac.vm("c")) {
                Await.until(
                        "both",
                        Await.SHORT,
                        () -> mac.events(PortEvent.Attached.class).size() == 2);
                try (var _ = daemon.subscribe(heard::add)) {
                    assertThatThrownBy(() -> reload(daemon, wanted))
                            .isInstanceOf(HostException.class)
                            .hasMessageContaining("/no/where")
                            .hasMessageEndingWith(said);
                }
                assertThat(heard.getLast().event()).isEqualTo("reloadFailed");
                assertThat(heard.getLast().text())
                        .startsWith("the new configuration is not in force: ")
                        .endsWith(said);
                assertThat(mac.state("c")).isEqualTo(Status.State.ATTACHED);
                assertThat(mac.state("b")).isEqualTo(Status.State.LISTENING);
                assertThat(daemon.status().ports())
                        .extracting(Status.PortStatus::name)
                        .containsExactlyInAnyOrder("a", "b", "c");
            }
            try (MacVm _ = mac.vm("b")) {
                Await.until(
                        "again",
                        Await.SHORT,
                        () -> mac.events(PortEvent.Attached.class).size() == 3);
            }
        }
    }

    @Test
    @SuppressWarnings("FutureReturnValueIgnored") // refused, so that there is none
    void whileAReloadIsUnderWayNothingElseChanges() throws Exception {
        try (Mac mac = boot()) {
            Daemon daemon = mac.start(spec(List.of(LAB), port("a", LAB), port("b", LAB)));
            DaemonSpec wanted = spec(List.of(LAB), port("c", LAB), port("d", LAB));
            List<CompletableFuture<?>> meanwhile = new ArrayList<>();
            AtomicInteger steps = new AtomicInteger();

            daemon.reload(
                    wanted,
                    () -> {
                        if (steps.incrementAndGet() == 1) {
                            meanwhile.add(daemon.ask(o -> o.reload(wanted, () -> {})));
                            meanwhile.add(daemon.ask(o -> o.setUp("b", false)));
                            meanwhile.add(
                                    daemon.ask(o -> {
                                        o.addPort(port("x", LAB), null);
                                        return true;
                                    }));
                        }
                    });

            assertThat(steps).hasValue(4);
            assertThat(meanwhile)
                    .hasSize(3)
                    .allSatisfy(answer ->
                            assertThatThrownBy(answer::get)
                                    .hasCauseInstanceOf(HostException.class)
                                    .hasMessageContaining("a reload is under way"));
            assertThat(daemon.status().ports())
                    .extracting(Status.PortStatus::name)
                    .containsExactly("c", "d");
        }
    }

    @Test
    void theEndOfADaemonEndsItsReload() throws Exception {
        try (Mac mac = boot()) {
            Daemon daemon = mac.start(spec(List.of(LAN), port("a", LAN), port("b", LAN)));
            Thread end = Thread.ofPlatform().unstarted(daemon::close);

            assertThatThrownBy(() ->
                            daemon.reload(
                                    spec(List.of(LAN), port("c", LAN)),
                                    () -> {
                                        end.start();
                                        Await.until(
                                                "the end was asked for",
                                                Await.SHORT,
                                                () -> end.getState() == Thread.State.TIMED_WAITING);
                                    }))
                    .isInstanceOf(HostException.class)
                    .hasMessageContaining("the daemon is being stopped");
            end.join();
            mac.checkNothingIsLeft();
        }
    }
}
