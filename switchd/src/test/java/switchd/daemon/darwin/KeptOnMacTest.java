package switchd.daemon.darwin;

import static org.assertj.core.api.Assertions.assertThat;
import static switchd.daemon.lab.Frames.sized;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import switchd.attach.KeptLinks;
import switchd.attach.LinkName;
import switchd.attach.LinkStore;
import switchd.core.InterfaceName;
import switchd.core.PortEvent;
import switchd.daemon.Daemon;
import switchd.daemon.PortSpec;
import switchd.daemon.host.Writer;
import switchd.daemon.lab.Await;
import switchd.darwin.testkit.FakeXnu;
import switchd.darwin.testkit.Profile;

/// A VM that has connected its socket once goes on with the daemon after the one that was killed.
@Timeout(30)
final class KeptOnMacTest {
    private static final String ONE = "02:00:00:00:00:01";
    private static final String OTHER = "02:00:00:00:00:02";
    private static final String STATION = "02:00:00:00:00:99";

    /// Another process on the same kernel, which holds what it is given.
    private static final class Keeper implements LinkStore {
        private final Mac mac;
        private final FakeXnu process;
        private final Map<String, Integer> held = new ConcurrentSkipListMap<>();
        private boolean left;

        Keeper(Mac mac) {
            this.mac = mac;
            this.process = mac.kernel.spawn(0);
            mac.kept = new KeptLinks(this, List.of());
        }

        @Override
        public boolean isOn() {
            return !left;
        }

        @Override
        public boolean keep(String name, int copy) {
            FakeXnu daemon = mac.process;
            held.put(name, daemon.hand(copy, process));
            daemon.close(copy);
            return true;
        }

        @Override
        public void forget(String name) {
            Integer held = left ? null : this.held.remove(name);
            if (held != null) {
                process.close(held);
            }
        }

        @Override
        public void leave() {
            left = true;
        }

        /// The daemon is killed; the next one gets what is held.
        void crash() throws InterruptedException {
            mac.crash();
            left = false;
            List<KeptLinks.Kept> kept = new ArrayList<>();
            held.forEach((name, fd) -> {
                LinkName parsed = LinkName.parse(name).orElseThrow();
                kept.add(new KeptLinks.Kept(parsed, process.hand(fd, mac.process)));
            });
            mac.kept = new KeptLinks(this, kept);
        }
    }

    @ParameterizedTest
    @EnumSource(Profile.class)
    void theVmGoesOn(Profile profile) throws Exception {
        try (Mac mac = new Mac(profile)) {
            Keeper keeper = new Keeper(mac);
            mac.bridged(Writer.AUTO, Mac.port("one", ONE));
            try (MacVm vm = mac.vm("one")) {
                mac.await(PortEvent.Attached.class, 1);
                keeper.crash();
                byte[] meanwhile = sized(STATION, ONE, 61);
                vm.send(meanwhile); // waits in the link

                try (Daemon next = mac.bridged(Writer.AUTO, Mac.port("one", ONE))) {
                    assertThat(mac.await(PortEvent.Attached.class, 2).getLast().resumed()).isTrue();
                    mac.awaitOnWire(meanwhile);
                    byte[] frame = sized(STATION, ONE, 62);
                    vm.send(frame);
                    mac.awaitOnWire(frame);
                    assertThat(next.status().ports()).hasSize(1);
                    assertThat(keeper.held).hasSize(1);
                    next.ask(operations -> operations.detach("one")).join();
                    assertThat(keeper.held).isEmpty();
                }
            }
        }
    }

    /// An address that was learnt from its first frame stays the VM's.
    @ParameterizedTest
    @EnumSource(Profile.class)
    void noOtherAddressTakesOver(Profile profile) throws Exception {
        try (Mac mac = new Mac(profile)) {
            Keeper keeper = new Keeper(mac);
            mac.bridged(Writer.AUTO, Mac.port("one", "auto"));
            try (MacVm vm = mac.vm("one")) {
                mac.await(PortEvent.Attached.class, 1);
                byte[] first = sized(STATION, ONE, 63);
                vm.send(first);
                mac.awaitOnWire(first);
                Await.until("link and note", Await.SHORT, () -> keeper.held.size() == 2);
                keeper.crash();
                vm.send(sized(STATION, OTHER, 64));

                try (Daemon next = mac.bridged(Writer.AUTO, Mac.port("one", "auto"))) {
                    mac.await(PortEvent.ForeignSource.class, 1);
                    byte[] frame = sized(STATION, ONE, 65);
                    vm.send(frame);
                    mac.awaitOnWire(frame);
                    assertThat(next.status().ports().getFirst().macsSeen()).containsExactly(ONE);
                    next.ask(operations -> operations.detach("one")).join();
                    assertThat(keeper.held).isEmpty();
                }
            }
        }
    }

    @Test
    void theDeadAreLetGo() throws Exception {
        try (Mac mac = new Mac(Profile.MACOS15)) {
            Keeper keeper = new Keeper(mac);
            mac.bridged(Writer.AUTO, Mac.port("one", ONE));
            MacVm vm = mac.vm("one");
            mac.await(PortEvent.Attached.class, 1);
            keeper.crash();
            vm.kill();
            expectNobody(mac, keeper, Mac.port("one", ONE));
        }
    }

    @Test
    void aPortThatHasMovedStartsAnew() throws Exception {
        try (Mac mac = new Mac(Profile.MACOS15)) {
            Keeper keeper = new Keeper(mac);
            mac.bridged(Writer.AUTO, Mac.port("one", ONE));
            try (MacVm vm = mac.vm("one")) {
                mac.await(PortEvent.Attached.class, 1);
                keeper.crash();
                PortSpec moved = Mac.port("one", ONE).at("/var/run/switchd/one/other.sock");
                expectNobody(mac, keeper, moved);
                assertThat(vm).isNotNull();
            }
        }
    }

    @Test
    void aPortThatThereIsNoMoreLeavesNothing() throws Exception {
        try (Mac mac = new Mac(Profile.MACOS15)) {
            Keeper keeper = new Keeper(mac);
            mac.bridged(Writer.AUTO, Mac.port("one", ONE), Mac.port("two", "auto"));
            try (MacVm vm = mac.vm("one")) {
                mac.await(PortEvent.Attached.class, 1);
                keeper.crash();
                expectNobody(mac, keeper, Mac.port("two", "auto"));
                assertThat(vm).isNotNull();
            }
        }
    }

    private static void expectNobody(Mac mac, Keeper keeper, PortSpec port) throws Exception {
        try (Daemon next = mac.bridged(Writer.AUTO, port)) {
            assertThat(next.status().ports().getFirst().peer()).isNull();
            assertThat(keeper.held).isEmpty();
            assertThat(mac.events(PortEvent.Attached.class)).hasSize(1);
            assertThat(mac.bridge.hasMember(new InterfaceName("en0"))).isTrue();
        }
    }
}
