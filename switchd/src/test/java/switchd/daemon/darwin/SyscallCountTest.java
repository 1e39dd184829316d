package switchd.daemon.darwin;

import static org.assertj.core.api.Assertions.assertThat;
import static switchd.daemon.lab.Frames.BROADCAST;
import static switchd.daemon.lab.Frames.sized;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import switchd.core.PortEvent;
import switchd.daemon.Daemon;
import switchd.daemon.host.Writer;
import switchd.daemon.lab.Await;
import switchd.darwin.testkit.Profile;

/// How many system calls 64 frames cost that wait together.
@Timeout(30)
final class SyscallCountTest {
    private static final String ONE = "02:00:00:00:00:01";
    private static final String STATION = "02:00:00:00:00:99";
    private static final int FRAMES = 64;
    private static final Pattern LOOKS =
            Pattern.compile("lstat|getpeername|geteuid|seteuid|kevent64\\(.*\\) = 0$");

    /// Calls that move frames one by one, and those that move many: a wait, a read that brings
    /// everything, and a write that takes everything.
    private static int atMost(Profile profile) {
        return profile.since(Profile.MACOS15) ? 3 : FRAMES + 2;
    }

    @ParameterizedTest
    @EnumSource(
            value = Profile.class,
            names = {"MACOS11", "MACOS15"})
    void toTheVm(Profile profile) throws Exception {
        try (Mac mac = new Mac(profile);
                Daemon daemon = mac.bridged(Writer.AUTO, Mac.port("one", ONE));
                MacVm one = mac.vm("one")) {
            settle(mac, daemon, one);
            byte[] frame = sized(ONE, STATION, 1514);
            mac.kernel.atomically(
                    () -> Collections.nCopies(FRAMES, frame).forEach(mac.en0::deliver));
            assertThat(one.await(FRAMES)).hasSize(FRAMES);
            assertCalls(mac, daemon, profile, "LAN to VM");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Profile.class,
            names = {"MACOS11", "MACOS15"})
    void toTheLan(Profile profile) throws Exception {
        try (Mac mac = new Mac(profile);
                Daemon daemon = mac.bridged(Writer.AUTO, Mac.port("one", ONE));
                MacVm one = mac.vm("one")) {
            settle(mac, daemon, one);
            byte[] frame = sized(STATION, ONE, 1514);
            mac.kernel.atomically(() -> Collections.nCopies(FRAMES, frame).forEach(one::trySend));
            List<byte[]> sent = new ArrayList<>();
            Await.until(
                    FRAMES + " frames on the LAN",
                    Await.SHORT,
                    () -> {
                        sent.addAll(mac.en0.sent());
                        return sent.size() == FRAMES;
                    });
            assertCalls(mac, daemon, profile, "VM to LAN");
        }
    }

    /// The VM is there, nothing waits, and the daemon sleeps; its calls count from here on.
    private static void settle(Mac mac, Daemon daemon, MacVm vm) throws Exception {
        byte[] hello = sized(BROADCAST, ONE, 60);
        vm.send(hello);
        mac.awaitOnWire(hello);
        mac.await(PortEvent.Attached.class, 1);
        daemon.status();
        mac.en0.sent();
        Await.until("the daemon's sleep", Await.SHORT, mac.process::isWaiting);
        mac.process.calls().reset();
    }

    private static void assertCalls(Mac mac, Daemon daemon, Profile profile, String way)
            throws Exception {
        Await.until("the daemon's sleep", Await.SHORT, mac.process::isWaiting);
        // Four times a second a timer looks whether the sockets' files are still there: not for
        // frames.
        long calls =
                mac.process.calls().last(1_000).stream()
                        .filter(call -> !LOOKS.matcher(call).lookingAt())
                        .count();
        System.out.println(profile + ", " + way + ", " + FRAMES + " frames: " + calls + " calls");
        assertThat(calls).as(mac.process.calls().toString()).isBetween(3L, (long) atMost(profile));
        assertThat(daemon.traffic().getFirst().toLan().drops()).isZero();
    }
}
