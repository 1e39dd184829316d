package switchd.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import switchd.bpf.BpfDevice.Use;
import switchd.core.HostException;
import switchd.core.InterfaceName;
import switchd.core.PermissionException;
import switchd.core.SwitchdException;
import switchd.darwin.testkit.FakeXnu;
import switchd.darwin.testkit.Profile;
import switchd.darwin.testkit.Wire;

final class BpfDeviceTest {
    private static final InterfaceName NIC = new InterfaceName("en0");
    private static final List<String> OPTIONS =
            List.of("BIOCSHEADDROP", "BIOCSNOTSTAMP", "BIOCSDVRTIN", "BIOCSBATCHWRITE");

    @ParameterizedTest
    @EnumSource
    void theStepsComeInTheOrderTheKernelDemands(Profile profile) throws Exception {
        FakeXnu darwin = FakeXnu.boot(profile);
        Wire wire = Wire.lay(darwin);
        darwin.faults().arm();
        try (BpfDevice device = BpfDevice.open(darwin, wire.left(), Use.FETH)) {
            assertThat(device.bufferBytes()).isEqualTo(512 << 10);
            assertThat(device.interfaceName()).isEqualTo(wire.left());
        }
        assertThat(darwin.faults().calls())
                .containsExactly(
                        "open",
                        "fcntl",
                        "BIOCSBLEN",
                        "BIOCGBLEN",
                        "BIOCSSEESENT",
                        "BIOCIMMEDIATE",
                        "BIOCSHDRCMPLT",
                        "BIOCSETF",
                        "BIOCSETIF",
                        "BIOCGDLT",
                        "BIOCSHEADDROP",
                        "BIOCSNOTSTAMP",
                        "BIOCSDVRTIN",
                        "BIOCSBATCHWRITE",
                        "close");
        assertThat(darwin.descriptors()).isZero();
    }

    @Test
    void whatAKernelDoesNotOfferIsTold() throws Exception {
        assertThat(missing(Profile.MACOS15)).isEmpty();
        assertThat(missing(Profile.MACOS11)).hasSize(3);
        assertThat(missing(Profile.MACOS11).getLast())
                .isEqualTo("ioctl(BIOCSBATCHWRITE, /dev/bpf0, feth0): EINVAL (22)");
        assertThat(missing(Profile.MACOS14))
                .noneMatch(text -> text.contains("BIOCSBATCHWRITE"))
                .hasSize(2);
    }

    private static List<String> missing(Profile profile) throws Exception {
        FakeXnu darwin = FakeXnu.boot(profile);
        try (BpfDevice device = BpfDevice.open(darwin, Wire.lay(darwin).left(), Use.FETH)) {
            assertThat(device.batches()).isEqualTo(profile.since(Profile.MACOS14));
            return device.missing();
        }
    }

    @Test
    void aNicIsMadePromiscuousAndKeepsItsInput() throws Exception {
        FakeXnu darwin = FakeXnu.boot(Profile.MACOS15);
        try (BpfDevice device = BpfDevice.open(darwin, NIC, Use.NIC)) {
            assertThat(device.missing()).isEmpty();
        }
        assertThat(darwin.calls().count("BIOCPROMISC")).isEqualTo(1);
        assertThat(darwin.calls().count("BIOCSDVRTIN")).isZero();
    }

    @Test
    void busyDevicesArePassedBy() throws Exception {
        FakeXnu darwin = FakeXnu.boot(Profile.MACOS13);
        Wire wire = Wire.lay(darwin);
        List<BpfDevice> devices = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            devices.add(BpfDevice.open(darwin, wire.left(), Use.FETH));
        }
        assertThat(darwin.descriptors()).isEqualTo(12);
        devices.forEach(BpfDevice::close);
        assertThat(darwin.descriptors()).isZero();
    }

    @Test
    void allBusyNamesTheCure() throws Exception {
        FakeXnu darwin = FakeXnu.boot(Profile.MACOS13);
        Wire wire = Wire.lay(darwin);
        darwin.faults().failEvery("open", "EBUSY");
        assertThatThrownBy(() -> BpfDevice.open(darwin, wire.left(), Use.FETH))
                .isInstanceOf(HostException.class)
                .hasMessageContaining("all 256 BPF devices are busy")
                .hasMessageContaining("lsof /dev/bpf*");
        darwin.faults().arm();
        darwin.faults().failWhen((call, n) -> call.equals("open") && n < 5, "EBUSY");
        darwin.faults().failAt("open", 5, "ENOENT");
        assertThatThrownBy(() -> BpfDevice.open(darwin, wire.left(), Use.FETH))
                .isInstanceOf(HostException.class)
                .hasMessageContaining("all 4 BPF devices are busy")
                .hasMessageContaining("open(/dev/bpf4, O_RDWR): ENOENT (2)");
        darwin.faults().arm();
        darwin.faults().failNext("open", "ENXIO");
        assertThatThrownBy(() -> BpfDevice.open(darwin, wire.left(), Use.FETH))
                .isInstanceOf(HostException.class)
                .hasMessageContaining("no BPF devices");
    }

    @Test
    void othersThanRootAreTold() throws Exception {
        FakeXnu darwin = FakeXnu.boot(Profile.MACOS13);
        Wire wire = Wire.lay(darwin);
        assertThatThrownBy(() -> BpfDevice.open(darwin.spawn(501), wire.left(), Use.FETH))
                .isInstanceOf(PermissionException.class)
                .hasMessageContaining("open(/dev/bpf0, O_RDWR): EACCES (13)");
    }

    @Test
    void whatCarriesNoEthernetIsRefused() {
        FakeXnu darwin = FakeXnu.boot(Profile.MACOS15);
        assertThatThrownBy(() -> BpfDevice.open(darwin, new InterfaceName("lo0"), Use.NIC))
                .isInstanceOf(HostException.class)
                .hasMessageContaining("lo0 carries no Ethernet frames");
        assertThat(darwin.descriptors()).isZero();
    }

    @Test
    void anInterfaceThatIsNotThereIsNamed() {
        FakeXnu darwin = FakeXnu.boot(Profile.MACOS15);
        assertThatThrownBy(() -> BpfDevice.open(darwin, new InterfaceName("feth9"), Use.FETH))
                .hasMessage("ioctl(BIOCSETIF, /dev/bpf0, feth9): ENXIO (6)");
        assertThat(darwin.descriptors()).isZero();
    }

    @Test
    void whicheverStepFailsNothingIsLeft() throws Exception {
        FakeXnu rehearsal = FakeXnu.boot(Profile.MACOS15);
        Wire wire = Wire.lay(rehearsal);
        rehearsal.faults().arm();
        BpfDevice.open(rehearsal, wire.left(), Use.NIC).close();
        List<String> calls = rehearsal.faults().calls();
        for (int i = 0; i < calls.size() - 1; i++) {
            for (String errno : List.of("EINVAL", "ENXIO", "ENOMEM", "EIO")) {
                FakeXnu darwin = FakeXnu.boot(Profile.MACOS15);
                Wire.lay(darwin);
                darwin.faults().arm();
                darwin.faults().failAt(i + 1, errno);
                failsOrMisses(darwin, wire.left(), calls.get(i), errno);
                assertThat(darwin.descriptors()).as(calls.get(i)).isZero();
            }
        }
    }

    private static void failsOrMisses(
            FakeXnu darwin, InterfaceName name, String call, String errno) {
        try (BpfDevice device = BpfDevice.open(darwin, name, Use.NIC)) {
            assertThat(OPTIONS).contains(call);
            assertThat(device.missing()).anyMatch(text -> text.contains(call));
        } catch (SwitchdException e) {
            assertThat(OPTIONS).doesNotContain(call);
            assertThat(e.getMessage()).contains(call, errno);
        }
    }
}
