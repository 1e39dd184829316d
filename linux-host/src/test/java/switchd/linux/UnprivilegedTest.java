package switchd.linux;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import switchd.core.PermissionException;
import switchd.posix.testkit.NeedsRoot;

/// What somebody without privileges is told. Root gives its privileges over the network up for one
/// thread, which ends with the test.
@NeedsRoot
@Timeout(30)
class UnprivilegedTest {
    @Test
    void aTapTakesRoot() throws Exception {
        TestLan.run(
                true,
                lan -> {
                    var bridge = lan.host.openBridge(TestLan.BRIDGE);
                    Capabilities.drop();
                    assertThatThrownBy(() -> bridge.openUplink(lan.slots))
                            .isInstanceOf(PermissionException.class)
                            .hasMessageStartingWith("making a TAP takes root")
                            .hasMessageContaining("run it with sudo")
                            .hasMessageEndingWith("(ioctl(TUNSETIFF, swtap%d): EPERM (1))");
                });
    }

    @Test
    void aPacketSocketTakesRoot() throws Exception {
        TestLan.run(
                false,
                lan -> {
                    var nic = lan.host.openInterface(TestLan.NIC);
                    Capabilities.drop();
                    assertThatThrownBy(() -> nic.openUplink(lan.slots))
                            .isInstanceOf(PermissionException.class)
                            .hasMessageStartingWith("reading a NIC's frames takes root")
                            .hasMessageEndingWith("(socket(AF_PACKET): EPERM (1))");
                });
    }

    @Test
    void aNamespaceTakesRoot() throws Exception {
        TestLan.run(
                false,
                lan -> {
                    Capabilities.drop();
                    assertThatThrownBy(() -> NetworkNamespace.open("refused"))
                            .isInstanceOf(PermissionException.class)
                            .hasMessageStartingWith("making a network namespace takes root");
                });
    }
}
