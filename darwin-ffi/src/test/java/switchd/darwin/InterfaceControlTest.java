package switchd.darwin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import switchd.core.InterfaceName;
import switchd.core.SyscallException;
import switchd.darwin.testkit.FakeXnu;
import switchd.darwin.testkit.Profile;
import switchd.darwin.testkit.Wire;

/// Requests about interfaces, the list of them, and settings.
final class InterfaceControlTest {
    private static final InterfaceName NOBODY = new InterfaceName("feth9");

    @ParameterizedTest
    @EnumSource
    void interfacesAreMadeChangedAndRemoved(Profile profile) throws Exception {
        FakeXnu darwin = FakeXnu.boot(profile);
        try (InterfaceControl control = InterfaceControl.open(darwin)) {
            InterfaceName feth = control.create("feth");
            assertThat(feth.value()).isEqualTo("feth0");
            assertThat(control.create("feth").value()).isEqualTo("feth1");
            assertThat(control.flags(feth) & DarwinConstants.IFF_UP).isZero();
            int before = control.flags(feth);
            control.setUp(feth);
            assertThat(control.flags(feth) & ~DarwinConstants.IFF_RUNNING)
                    .isEqualTo(before | DarwinConstants.IFF_UP);
            control.setMtu(feth, 1600);
            assertThat(control.mtu(feth)).isEqualTo(1600);
            assertThat(control.type(feth).type()).isEqualTo(DarwinConstants.IFT_ETHER);
            assertThat(control.type(control.create("bridge3")).type())
                    .isEqualTo(DarwinConstants.IFT_BRIDGE);
            control.destroy(feth);
            assertThatThrownBy(() -> control.destroy(feth))
                    .hasMessage("ioctl(SIOCIFDESTROY, feth0): ENXIO (6)");
        }
        assertThat(darwin.descriptors()).isZero();
    }

    @Test
    void aTextStaysAtAnInterface() throws Exception {
        FakeXnu darwin = FakeXnu.boot(Profile.MACOS15);
        try (InterfaceControl control = InterfaceControl.open(darwin);
                InterfaceControl user = InterfaceControl.open(darwin.spawn(501))) {
            InterfaceName feth = control.create("feth");
            assertThat(control.description(feth)).isEmpty();
            assertThat(control.describe(feth, "x".repeat(128))).isTrue();
            assertThat(user.description(feth)).hasValue("x".repeat(128));
            assertThatThrownBy(() -> control.describe(feth, "x".repeat(129)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> user.describe(feth, "mine"))
                    .hasMessage("ioctl(SIOCSIFDESC, feth0, 'mine'): EPERM (1)");
            for (String errno : List.of("EOPNOTSUPP", "EINVAL", "ENOTTY")) {
                darwin.faults().failNext("SIOCSIFDESC", errno);
                assertThat(control.describe(feth, "text")).as(errno).isFalse();
                darwin.faults().failNext("SIOCGIFDESC", errno);
                assertThat(control.description(feth)).as(errno).isEmpty();
            }
        }
    }

    @Test
    void errorsNameRequestInterfaceAndValue() throws Exception {
        FakeXnu darwin = FakeXnu.boot(Profile.MACOS15);
        try (InterfaceControl control = InterfaceControl.open(darwin)) {
            InterfaceName feth = control.create("feth");
            assertThatThrownBy(() -> control.setMtu(feth, 9000))
                    .isInstanceOf(SyscallException.class)
                    .hasMessage("ioctl(SIOCSIFMTU, feth0, 9000): EINVAL (22)");
            assertThatThrownBy(() -> control.mtu(NOBODY))
                    .hasMessage("ioctl(SIOCGIFMTU, feth9): ENXIO (6)");
            assertThatThrownBy(() -> control.setUp(NOBODY))
                    .hasMessage("ioctl(SIOCGIFFLAGS, feth9): ENXIO (6)");
            assertThatThrownBy(() -> control.create("nosuch"))
                    .hasMessage("ioctl(SIOCIFCREATE2, nosuch): EINVAL (22)");
            assertThatThrownBy(() -> control.create("a-name-that-is-too-long"))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aSocketThatCannotBeHadLeavesNothing() {
        for (String call : List.of("socket", "fcntl")) {
            FakeXnu darwin = FakeXnu.boot(Profile.MACOS15);
            darwin.faults().failNext(call, "ENFILE");
            assertThatThrownBy(() -> InterfaceControl.open(darwin))
                    .hasMessageStartingWith(call + "(AF_INET")
                    .hasMessageContaining("): ENFILE (23): ");
            assertThat(darwin.descriptors()).isZero();
        }
    }

    @Test
    void everyInterfaceIsListedOnce() throws Exception {
        FakeXnu darwin = FakeXnu.boot(Profile.MACOS15);
        Wire.lay(darwin);
        List<Interfaces.Entry> list = Interfaces.list(darwin);
        assertThat(list)
                .extracting(entry -> entry.name().value())
                .containsExactlyInAnyOrder("lo0", "en0", "en1", "feth0", "feth1");
        for (Interfaces.Entry entry : list) {
            switch (entry.name().value()) {
                case "feth1" -> {
                    assertThat(entry.flags() & DarwinConstants.IFF_UP).isNotZero();
                    assertThat(entry.address().orElseThrow()).hasToString("66:65:74:68:00:01");
                }
                case "lo0" -> assertThat(entry.address()).isEmpty();
                default -> assertThat(entry.address()).isPresent();
            }
        }
        darwin.faults().failNext("getifaddrs", "ENOMEM");
        assertThatThrownBy(() -> Interfaces.list(darwin)).hasMessage("getifaddrs(): ENOMEM (12)");
    }

    @Test
    void aSettingIsReadOrAbsent() throws Exception {
        FakeXnu darwin = FakeXnu.boot(Profile.MACOS15);
        assertThat(Sysctl.readInt(darwin, "net.link.fake.max_mtu")).hasValue(2048);
        assertThat(Sysctl.readInt(darwin, "net.link.fake.nosuch")).isEmpty();
        darwin.faults().failNext("sysctlbyname", "EPERM");
        assertThatThrownBy(() -> Sysctl.readInt(darwin, "net.link.fake.max_mtu"))
                .hasMessage("sysctlbyname(net.link.fake.max_mtu): EPERM (1)");
    }
}
