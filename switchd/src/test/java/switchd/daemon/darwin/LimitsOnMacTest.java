package switchd.daemon.darwin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static switchd.daemon.lab.Frames.sized;

import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import switchd.core.InterfaceName;
import switchd.core.PortEvent;
import switchd.daemon.Daemon;
import switchd.daemon.Status;
import switchd.daemon.host.Writer;
import switchd.daemon.lab.Await;
import switchd.darwin.testkit.Profile;

/// What a Mac runs out of, on a macOS kernel in memory.
@Timeout(30)
final class LimitsOnMacTest {
    private static final String ONE = "02:00:00:00:00:01";
    private static final String TWO = "02:00:00:00:00:02";
    private static final String STATION = "02:00:00:00:00:99";
    private static final InterfaceName FETH = new InterfaceName("feth0");

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
    void withoutABpfDeviceThereIsNoStartAndTheCureIsTold(Profile profile) {
        try (Mac mac = new Mac(profile)) {
            mac.process.faults().failEvery("open", "EBUSY");
            assertThatThrownBy(() -> mac.bridged(Writer.AUTO, Mac.port("one", ONE)))
                    .hasMessageContaining("BPF devices are busy")
                    .hasMessageContaining("sudo lsof /dev/bpf*");
        }
    }

    @ParameterizedTest
    @EnumSource(Profile.class)
    void anUplinkThatIsLostWithoutBpfDevicesIsBackWithThem(Profile profile) throws Exception {
        try (Mac mac = new Mac(profile);
                Daemon daemon =
                        mac.bridged(Writer.AUTO, Mac.port("one", ONE), Mac.port("two", TWO));
                MacVm vm = mac.vm("one")) {
            mac.await(PortEvent.Attached.class, 1);
            int before = mac.process.descriptors();
            mac.process.faults().failEvery("open", "EBUSY");
            mac.bridge.remove(FETH);
            assertThat(mac.await(PortEvent.NoUplink.class, 1).getFirst().text())
                    .contains("no new uplink yet, trying again", "BPF devices are busy", "lsof");
            assertThat(daemon.status().ports().getFirst().reason())
                    .contains("BPF devices are busy");
            assertThat(mac.state("one")).isEqualTo(Status.State.UPLINK_LOST);
            assertThat(mac.state("two")).isEqualTo(Status.State.LISTENING);

            mac.process.faults().arm();
            mac.await(PortEvent.UplinkBack.class, 1);
            framesPass(mac, vm, 60);
            assertThat(mac.process.descriptors()).isEqualTo(before);
            assertThat(mac.events(PortEvent.NoUplink.class)).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Profile.class)
    void withoutDescriptorsWhatIsThereGoesOnAndTheRestComesLater(Profile profile) throws Exception {
        try (Mac mac = new Mac(profile);
                Daemon daemon =
                        mac.bridged(Writer.AUTO, Mac.port("one", ONE), Mac.port("two", TWO));
                MacVm vm = mac.vm("one")) {
            mac.await(PortEvent.Attached.class, 1);
            mac.process.descriptorLimit(0);
            try (MacVm next = mac.vm("two")) {
                assertThat(mac.await(PortEvent.NotListening.class, 1).getFirst().text())
                        .contains("EMFILE", "raise its limit");
                mac.await(PortEvent.Attached.class, 2);
                // Has all uplinks looked at.
                mac.ifconfig().setUp(Mac.BRIDGE);
                framesPass(mac, vm, 60);
                next.send(sized(STATION, TWO, 61));
                mac.awaitOnWire(sized(STATION, TWO, 61));
                mac.process.descriptorLimit(10_240);
                mac.await(PortEvent.Listening.class, 1);
            }
            assertThat(mac.events(PortEvent.UplinkLost.class)).isEmpty();
            assertThat(daemon.status().ports()).hasSize(2);
        }
    }

    /// The kernel has no memory to tell what became of an interface: it is taken for what it was.
    @ParameterizedTest
    @EnumSource(Profile.class)
    void aLookThatTheKernelHasNoMemoryForLosesNoUplink(Profile profile) throws Exception {
        try (Mac mac = new Mac(profile);
                Daemon _ = mac.bridged(Writer.AUTO, Mac.port("one", ONE));
                MacVm vm = mac.vm("one")) {
            mac.await(PortEvent.Attached.class, 1);
            mac.process.faults().arm();
            mac.process.faults().failEvery("SIOCGIFFLAGS", "ENOMEM");
            mac.ifconfig().setUp(FETH);
            Await.until(
                    "a look",
                    Await.SHORT,
                    () -> mac.process.faults().calls().contains("SIOCGIFFLAGS"));
            mac.process.faults().arm();
            framesPass(mac, vm, 60);
            assertThat(mac.events(PortEvent.UplinkLost.class)).isEmpty();
        }
    }

    /// As soon as the disk has room, an interface is in the journal that was made without.
    @ParameterizedTest
    @EnumSource(Profile.class)
    void theJournalIsMadeUpForWhenTheDiskHasRoom(Profile profile) throws Exception {
        for (String errno : List.of("ENOSPC", "EIO")) {
            try (Mac mac = new Mac(profile)) {
                mac.process.faults().failEvery("write", errno);
                try (Daemon _ = mac.bridged(Writer.NDRV, Mac.port("one", ONE));
                        MacVm vm = mac.vm("one")) {
                    mac.await(PortEvent.Attached.class, 1);
                    mac.process.faults().arm();
                    mac.ifconfig().setUp(Mac.BRIDGE);
                    Await.until(
                            "two entries",
                            Await.SHORT,
                            () -> isNoted(mac, "feth0") && isNoted(mac, "feth1"));
                    framesPass(mac, vm, 60);
                }
                mac.checkNothingIsLeft();
            }
        }
    }

    private static boolean isNoted(Mac mac, String name) {
        return mac.kernel.files().exists("/var/run/switchd/.interfaces/" + name);
    }
}
