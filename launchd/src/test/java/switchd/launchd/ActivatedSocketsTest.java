package switchd.launchd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import switchd.core.Errno;
import switchd.core.HostException;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.posix.NativePosix;

class ActivatedSocketsTest {
    private static final long PID = 4711;

    private final Arena arena = Arena.ofConfined();
    private final FakeLaunch launch = new FakeLaunch();
    private final ActivatedSockets sockets = new ActivatedSockets(new NativePosix(arena), launch);

    @AfterEach
    void close() {
        arena.close();
    }

    private List<Integer> systemd(Map<String, String> variables) throws SwitchdException {
        return sockets.fromSystemd("control", new Environment(launch, variables), PID);
    }

    @Test
    void systemdsAreThoseOfTheName() throws Exception {
        assertThat(
                        systemd(
                                Map.of(
                                        "LISTEN_PID", "4711",
                                        "LISTEN_FDS", "3",
                                        "LISTEN_FDNAMES", "control:metrics:control")))
                .containsExactly(3, 5);
        assertThat(launch.unset)
                .containsExactlyInAnyOrder("LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES");
    }

    @Test
    void whatItHeldComesWithThem() throws Exception {
        systemd(
                Map.of(
                        "LISTEN_PID", "4711",
                        "LISTEN_FDS", "3",
                        "LISTEN_FDNAMES", "a.datagram.x:control:b.descriptor.y"));
        assertThat(sockets.held())
                .containsExactly(
                        new ActivatedSockets.Held("a.datagram.x", 3),
                        new ActivatedSockets.Held("b.descriptor.y", 5));
    }

    @Test
    void withoutNamesAllAreMeant() throws Exception {
        assertThat(systemd(Map.of("LISTEN_PID", "4711", "LISTEN_FDS", "2"))).containsExactly(3, 4);
    }

    @Test
    void thoseOfAnotherProcessAreNotOurs() throws Exception {
        assertThat(systemd(Map.of("LISTEN_PID", "4712", "LISTEN_FDS", "1"))).isEmpty();
        assertThat(launch.unset).contains("LISTEN_PID", "LISTEN_FDS");
        assertThat(systemd(Map.of("LISTEN_FDS", "1"))).isEmpty();
        assertThat(systemd(Map.of())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "1089", "9999999999", "1 ", "x"})
    void aNumberThatIsNoneIsRefused(String count) {
        assertThatThrownBy(() -> systemd(Map.of("LISTEN_PID", "4711", "LISTEN_FDS", count)))
                .isInstanceOf(HostException.class)
                .hasMessageContaining("LISTEN_FDS");
    }

    @Test
    void aDescriptorThatIsNotThereIsRefused() {
        assertThatThrownBy(() -> sockets.closedOnExec(List.of(1_000_000)))
                .isInstanceOf(SyscallException.class)
                .hasMessageContaining("EBADF");
    }

    @Test
    void launchdsAreThoseInItsArray() throws Exception {
        launch.descriptors = new int[] {7, 9};
        assertThat(sockets.fromLaunchd("control")).containsExactly(7, 9);
        assertThat(launch.asked).containsExactly("control");
        assertThat(launch.arrays).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ESRCH", "ENOENT", "ENOSYS"})
    void withoutLaunchdThereAreNone(String error) throws Exception {
        launch.error = Errno.valueOf(error).number();
        assertThat(sockets.fromLaunchd("control")).isEmpty();
    }

    @Test
    void anyOtherErrorIsTold() {
        launch.error = Errno.ENOMEM.number();
        assertThatThrownBy(() -> sockets.fromLaunchd("control"))
                .isInstanceOf(SyscallException.class)
                .hasMessage("launch_activate_socket(control): ENOMEM (12)");
    }

    @Test
    void aCountThatCannotBeIsRefusedAndTheArrayFreed() {
        launch.claimed = 65;
        assertThatThrownBy(() -> sockets.fromLaunchd("control")).isInstanceOf(HostException.class);
        assertThat(launch.arrays).isZero();
    }

    @Test
    void theLibraryOfAnotherSystemLacksTheCall() throws Exception {
        assertThat(
                        new ActivatedSockets(new NativePosix(arena), new NativeLaunch(arena))
                                .fromLaunchd("control"))
                .isEmpty();
    }
}
