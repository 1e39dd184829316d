package switchd.darwin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import switchd.core.HostException;
import switchd.core.PermissionException;
import switchd.core.SyscallException;
import switchd.darwin.testkit.FakeXnu;
import switchd.darwin.testkit.Profile;
import switchd.posix.Owner;

class ProcessFileRightsTest {
    private static final Owner VM_USER = new Owner(501, 20);

    private final FakeXnu root = FakeXnu.boot(Profile.MACOS15);
    private final ProcessFileRights rights = new ProcessFileRights(root);

    @Test
    void workIsDoneWithTheOwnersRightsAndNoLonger() throws Exception {
        assertThat(rights.as(VM_USER, root::geteuid)).isEqualTo(501);
        assertThat(root.geteuid()).isZero();
    }

    @Test
    void rootsRightsComeBackAfterAFailure() {
        assertThatThrownBy(() ->
                        rights.as(
                                VM_USER,
                                () -> {
                                    throw new HostException("no");
                                }))
                .hasMessage("no");
        assertThat(root.geteuid()).isZero();
    }

    @Test
    void ownWorkTakesNoChange() throws Exception {
        FakeXnu user = root.spawn(501);
        assertThat(new ProcessFileRights(user).as(VM_USER, user::geteuid)).isEqualTo(501);
        assertThat(user.calls().count("seteuid")).isZero();
        assertThat(rights.as(new Owner(0, 0), root::geteuid)).isZero();
        assertThat(root.calls().count("seteuid")).isZero();
    }

    @Test
    void othersThanRootCannot() {
        FakeXnu user = root.spawn(502);
        assertThatThrownBy(() -> new ProcessFileRights(user).as(VM_USER, user::geteuid))
                .isInstanceOf(PermissionException.class)
                .hasMessageContaining("sudo")
                .hasRootCauseMessage("seteuid(501): EPERM (1)");
    }

    @Test
    void whatElseFailsIsSaid() {
        root.faults().failNext("seteuid", "EINVAL");
        assertThatThrownBy(() -> rights.as(VM_USER, root::geteuid))
                .isInstanceOf(SyscallException.class)
                .hasMessage("seteuid(501): EINVAL (22)");
    }

    @Test
    void rootsRightsAreAskedForTwice() throws Exception {
        root.faults().failAt("seteuid", 2, "EPERM");
        assertThat(rights.as(VM_USER, root::geteuid)).isEqualTo(501);
        assertThat(root.geteuid()).isZero();
    }

    @Test
    void rootsRightsThatStayAwayAreSaid() {
        root.faults().failWhen((call, n) -> call.equals("seteuid") && n > 1, "EAGAIN");
        assertThatThrownBy(() -> rights.as(VM_USER, root::geteuid))
                .isInstanceOf(SyscallException.class)
                .hasMessage("seteuid(0): EAGAIN (35)");
    }
}
