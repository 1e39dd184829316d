package switchd.daemon.darwin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static switchd.daemon.lab.Frames.BROADCAST;
import static switchd.daemon.lab.Frames.sized;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import switchd.core.HostException;
import switchd.core.InterfaceName;
import switchd.core.PortEvent;
import switchd.daemon.Daemon;
import switchd.daemon.NetworkSpec;
import switchd.daemon.Status;
import switchd.daemon.host.Writer;
import switchd.darwin.testkit.Profile;

/// `--interface` on a macOS kernel in memory: ports on the NIC itself.
@Timeout(30)
final class NicOnMacTest {
    private static final String ONE = "02:00:00:00:00:01";
    private static final String TWO = "02:00:00:00:00:02";
    private static final String STATION = "02:00:00:00:00:99";

    private static NetworkSpec.Kind nic(String name) {
        return new NetworkSpec.Nic(new InterfaceName(name));
    }

    @ParameterizedTest
    @EnumSource(Profile.class)
    void framesPassByTheNicAlone(Profile profile) throws Exception {
        // The NIC is in no bridge here.
        try (Mac mac = new Mac(profile)) {
            mac.bridge.remove(new InterfaceName("en0"));
            try (Daemon daemon =
                            mac.start(
                                    nic("en0"),
                                    Writer.AUTO,
                                    Mac.port("one", ONE),
                                    Mac.port("two", TWO));
                    MacVm one = mac.vm("one");
                    MacVm two = mac.vm("two")) {
                byte[] hello = sized(BROADCAST, TWO, 60);
                two.send(hello);
                mac.awaitOnWire(hello);
                byte[] out = sized(STATION, ONE, 1514);
                one.send(out);
                mac.awaitOnWire(out);
                byte[] in = sized(ONE, STATION, 60);
                mac.en0.deliver(in);
                one.await(in);
                byte[] toAll = sized(BROADCAST, ONE, 60);
                one.send(toAll);
                two.await(toAll);
                assertThat(mac.added()).as("interfaces of the daemon's own").isEmpty();
                assertThat(daemon.notices())
                        .anyMatch(notice -> notice.contains("cannot talk to one another"));
                assertThat(daemon.status().ports().getFirst().uplink()).isEqualTo("en0");
            }
            assertThat(mac.process.descriptors()).isZero();
        }
    }

    /// As with an adapter that is pulled out and plugged in again before anybody looks.
    @ParameterizedTest
    @EnumSource(Profile.class)
    void anotherNicOfTheSameNameIsNotTakenForIt(Profile profile) throws Exception {
        InterfaceName adapter = new InterfaceName("feth5");
        try (Mac mac = new Mac(profile)) {
            mac.ifconfig().create("feth5");
            mac.ifconfig().setUp(adapter);
            try (Daemon daemon = mac.start(nic("feth5"), Writer.AUTO, Mac.port("one", ONE))) {
                mac.kernel.atomically(() -> mac.replace(adapter));
                assertThat(mac.await(PortEvent.UplinkLost.class, 1).getFirst().text())
                        .contains("feth5 was removed and is another one now");
                mac.await(PortEvent.UplinkBack.class, 1);
                assertThat(daemon.status().ports().getFirst().state())
                        .isEqualTo(Status.State.LISTENING);
            }
        }
    }

    @Test
    void aNicThatGoesWhileTheyAreListedIsNoError() {
        try (Mac mac = new Mac(Profile.MACOS15)) {
            mac.process.faults().failNext("SIOCGIFTYPE", "ENXIO"); // lo0's
            assertThatThrownBy(() -> mac.start(nic("en9"), Writer.AUTO, Mac.port("one", ONE)))
                    .hasMessageContaining("there is no interface en9: name one of: en0");
        }
    }

    @Test
    void wifiIsWarnedOf() throws Exception {
        try (Mac mac = new Mac(Profile.MACOS15);
                Daemon daemon = mac.start(nic("en1"), Writer.AUTO, Mac.port("one", ONE))) {
            assertThat(daemon.notices()).anyMatch(notice -> notice.contains("en1 is Wi-Fi"));
        }
    }

    @Test
    void whatIsNoNicIsToldWithTheOthers() {
        try (Mac mac = new Mac(Profile.MACOS15)) {
            assertThatThrownBy(() -> mac.start(nic("en9"), Writer.AUTO, Mac.port("one", ONE)))
                    .isInstanceOf(HostException.class)
                    .hasMessageContaining("there is no interface en9: name one of: ")
                    .hasMessageContaining("en0");
            assertThatThrownBy(() -> mac.start(nic("lo0"), Writer.AUTO, Mac.port("one", ONE)))
                    .isInstanceOf(HostException.class)
                    .hasMessageContaining("lo0 carries no Ethernet frames");
            assertThat(mac.process.descriptors()).isZero();
        }
    }
}
