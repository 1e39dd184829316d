package switchd.daemon.darwin;

import static org.assertj.core.api.Assertions.assertThat;
import static switchd.daemon.lab.Frames.sized;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import switchd.core.InterfaceName;
import switchd.core.PortEvent;
import switchd.core.SwitchdException;
import switchd.daemon.Daemon;
import switchd.daemon.NetworkSpec;
import switchd.daemon.PortSpec;
import switchd.daemon.Status;
import switchd.daemon.host.Writer;
import switchd.daemon.lab.Await;
import switchd.darwin.testkit.Profile;
import switchd.feth.Bridge;

/// What becomes of a bridge and its members on a macOS kernel in memory, and that it is noticed
/// where the kernel does not tell.
@Timeout(30)
final class HealingOnMacTest {
    private static final String ONE = "02:00:00:00:00:01";
    private static final String STATION = "02:00:00:00:00:99";
    private static final InterfaceName EN0 = new InterfaceName("en0");
    private static final InterfaceName FETH = new InterfaceName("feth0");

    private static Daemon start(Mac mac, boolean keep) throws SwitchdException {
        NetworkSpec.Kind bridge = new NetworkSpec.Bridge(Mac.BRIDGE, false, keep);
        return mac.start(bridge, Writer.AUTO, Mac.port("one", ONE));
    }

    private static void awaitText(Mac mac, String text) {
        Await.until(text, Await.SHORT, () -> mac.texts.stream().anyMatch(t -> t.contains(text)));
    }

    private static void awaitNotice(Daemon daemon, String part) {
        Await.until(
                part,
                Await.SHORT,
                () -> {
                    try {
                        return daemon.notices().stream().anyMatch(notice -> notice.contains(part));
                    } catch (SwitchdException e) {
                        throw new AssertionError(e);
                    }
                });
    }

    private static void framesPass(Mac mac, MacVm vm, int length) {
        byte[] out = sized(STATION, ONE, length);
        vm.send(out);
        mac.awaitOnWire(out);
        byte[] in = sized(ONE, STATION, length);
        mac.en0.deliver(in);
        vm.await(in);
    }

    @ParameterizedTest
    @EnumSource(Profile.class)
    void aMemberIsPutBackWhereThatIsAskedFor(Profile profile) throws Exception {
        try (Mac mac = new Mac(profile);
                Daemon daemon = start(mac, true);
                MacVm vm = mac.vm("one")) {
            mac.await(PortEvent.Attached.class, 1);
            mac.bridge.remove(EN0);
            awaitText(mac, "en0 was put back and is a member of bridge1 again");
            assertThat(mac.texts)
                    .anyMatch(text -> text.contains("it is in no bridge, and is put back"));
            assertThat(mac.bridge.hasMember(EN0)).isTrue();
            framesPass(mac, vm, 1514);
            assertThat(daemon.notices()).noneMatch(notice -> notice.contains("en0 was a member"));
            assertThat(mac.events(PortEvent.UplinkLost.class)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Profile.class)
    void oneThatIsLostIsToldOtherwise(Profile profile) throws Exception {
        try (Mac mac = new Mac(profile);
                Daemon daemon = start(mac, false);
                MacVm vm = mac.vm("one")) {
            mac.await(PortEvent.Attached.class, 1);
            mac.bridge.remove(EN0);
            awaitText(
                    mac,
                    "en0 is no member of bridge1 any more: it is in no bridge; `sudo ifconfig bridge1 addm en0`");
            awaitNotice(daemon, "en0 was a member of bridge1 and is none any more");
            assertThat(mac.bridge.hasMember(EN0)).isFalse();
            mac.bridge.add(EN0);
            awaitText(mac, "en0 is in bridge1 again");
            framesPass(mac, vm, 60);
            assertThat(mac.events(PortEvent.UplinkLost.class)).isEmpty();
        }
    }

    @Test
    void whatTheKernelDoesNotTellIsFoundByLooking() throws Exception {
        try (Mac mac = new Mac(Profile.MACOS15)) {
            mac.process.faults().failEvery("SIOCSKEVFILT", "ENOMEM");
            try (Daemon daemon = start(mac, true);
                    MacVm vm = mac.vm("one")) {
                mac.await(PortEvent.Attached.class, 1);
                mac.kernel.atomically(() -> {
                    try {
                        mac.bridge.remove(FETH);
                        mac.bridge.remove(EN0);
                    } catch (SwitchdException e) {
                        throw new AssertionError(e);
                    }
                });
                awaitText(mac, "en0 was put back and is a member of bridge1 again");
                mac.await(PortEvent.UplinkBack.class, 1);
                framesPass(mac, vm, 60);
                assertThat(daemon.status().networks().getFirst().repairs()).isEqualTo(1);
                assertThat(mac.added()).hasSize(2);
            }
        }
    }

    /// We do not switch it on; who does so gets his frames at once.
    @ParameterizedTest
    @EnumSource(Profile.class)
    void aBridgeSwitchedOffAndOn(Profile profile) throws Exception {
        try (Mac mac = new Mac(profile);
                Daemon daemon = start(mac, false);
                MacVm vm = mac.vm("one")) {
            mac.await(PortEvent.Attached.class, 1);
            mac.switchOff(Mac.BRIDGE);
            assertThat(mac.await(PortEvent.UplinkLost.class, 1).getFirst().reason())
                    .contains("switch it on with `sudo ifconfig bridge1 up`");
            awaitNotice(daemon, "the bridge bridge1 is down");
            assertThat(mac.state("one")).isEqualTo(Status.State.UPLINK_LOST);
            mac.ifconfig().setUp(Mac.BRIDGE);
            mac.await(PortEvent.UplinkBack.class, 1);
            framesPass(mac, vm, 60);
            assertThat(mac.events(PortEvent.UplinkLost.class)).hasSize(1);
            assertThat(mac.bridge.members()).hasSize(2);
            assertThat(mac.added()).hasSize(2);
        }
    }

    /// It can have another MTU only where all its members have it.
    @ParameterizedTest
    @EnumSource(Profile.class)
    void aBridgeWithAnotherMtuIsToldAndUsed(Profile profile) throws Exception {
        try (Mac mac = new Mac(profile);
                Daemon daemon = start(mac, false);
                MacVm vm = mac.vm("one")) {
            mac.await(PortEvent.Attached.class, 1);
            mac.kernel.atomically(() -> everythingHasMtu(mac, 1400));
            awaitNotice(
                    daemon,
                    "bridge1 has an MTU of 1400 now, the VMs go on with 1500: `sudo ifconfig bridge1 mtu 1500`");
            framesPass(mac, vm, 1414);
            assertThat(mac.events(PortEvent.UplinkLost.class)).isEmpty();

            mac.bridge.remove(FETH);
            mac.await(PortEvent.UplinkBack.class, 1);
            framesPass(mac, vm, 1414);
            assertThat(mac.bridge.mtu()).isEqualTo(1400);
        }
    }

    private static void everythingHasMtu(Mac mac, int mtu) {
        for (String name : List.of("en0", "feth0", "feth1", "bridge1")) {
            try {
                mac.ifconfig().setMtu(new InterfaceName(name), mtu);
            } catch (SwitchdException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    void twentyPortsWhoseBridgeIsMadeAgain() throws Exception {
        PortSpec[] ports =
                IntStream.range(0, 20)
                        .mapToObj(i -> Mac.port("vm" + i, "02:00:00:00:01:%02x".formatted(i)))
                        .toArray(PortSpec[]::new);
        try (Mac mac = new Mac(Profile.MACOS15);
                Daemon daemon = mac.bridged(Writer.AUTO, ports);
                MacVm vm = mac.vm("vm7")) {
            mac.await(PortEvent.Attached.class, 1);
            mac.bridge.close();
            mac.await(PortEvent.UplinkLost.class, 20);
            Bridge again = mac.makeBridge();
            again.add(EN0);
            assertThat(mac.await(PortEvent.UplinkBack.class, 20))
                    .allMatch(back -> back.outageNanos() > 0);
            byte[] out = sized(STATION, "02:00:00:00:01:07", 100);
            vm.send(out);
            mac.awaitOnWire(out);
            assertThat(mac.events(PortEvent.UplinkLost.class)).hasSize(20);
            assertThat(daemon.status().networks().getFirst().repairs()).isEqualTo(20);
            assertThat(again.members()).hasSize(21);
            assertThat(again.members().getFirst().name()).isEqualTo(EN0);
            assertThat(mac.added()).hasSize(40);
        }
    }
}
