package switchd.darwin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import switchd.darwin.testkit.FakeXnu;
import switchd.darwin.testkit.Profile;
import switchd.posix.RoomSignal;

class SocketAbilitiesTest {
    @ParameterizedTest
    @CsvSource({
        "MACOS11, true, false, false",
        "MACOS13, true, false, false",
        "MACOS14, true, true, false",
        "MACOS15, true, true, true"
    })
    void eachKernelIsFoundOut(
            Profile profile, boolean receivesMany, boolean sendsMany, boolean tellsRoom) {
        FakeXnu xnu = FakeXnu.boot(profile);
        SocketAbilities found = SocketAbilities.probe(xnu);
        assertThat(found).isEqualTo(new SocketAbilities(receivesMany, sendsMany, tellsRoom));
        assertThat(xnu.descriptors()).isZero();
    }

    @Test
    void roomIsTrustedOnlyWhereBothAreConnected() {
        assertThat(new SocketAbilities(true, true, true).roomSignal()).isEqualTo(RoomSignal.MUTUAL);
        assertThat(new SocketAbilities(true, true, false).roomSignal()).isEqualTo(RoomSignal.NONE);
    }

    @ParameterizedTest
    @EnumSource(Profile.class)
    void whatCannotBeTriedIsAbsentAndNothingIsLeft(Profile profile) {
        SocketAbilities none = new SocketAbilities(false, false, false);
        FakeXnu xnu = FakeXnu.boot(profile);
        xnu.faults().failEvery("socketpair", "EMFILE");
        assertThat(SocketAbilities.probe(xnu)).isEqualTo(none);

        for (String call : new String[] {"setsockopt", "sendmsg", "getsockopt"}) {
            xnu.faults().arm();
            xnu.faults().failEvery(call, "EINVAL");
            assertThat(SocketAbilities.probe(xnu)).as(call).isEqualTo(none);
            assertThat(xnu.descriptors()).isZero();
        }
        for (String call : new String[] {"kqueue", "kevent64"}) {
            xnu.faults().arm();
            xnu.faults().failEvery(call, "ENOMEM");
            assertThat(SocketAbilities.probe(xnu).tellsRoom()).as(call).isFalse();
            assertThat(xnu.descriptors()).isZero();
        }
    }
}
