package switchd.daemon.darwin;

import static org.assertj.core.api.Assertions.assertThat;
import static switchd.daemon.lab.Frames.BROADCAST;
import static switchd.daemon.lab.Frames.sized;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import switchd.daemon.Daemon;
import switchd.daemon.host.Writer;
import switchd.daemon.lab.Await;
import switchd.darwin.testkit.Profile;

/// The whole daemon on a macOS kernel in memory.
@Timeout(30)
final class DaemonOnMacTest {
    private static final String ONE = "02:00:00:00:00:01";
    private static final String TWO = "02:00:00:00:00:02";
    private static final String STATION = "02:00:00:00:00:99";

    @ParameterizedTest
    @EnumSource(Profile.class)
    void framesPassBothWays(Profile profile) throws Exception {
        try (Mac mac = new Mac(profile);
                Daemon daemon =
                        mac.bridged(Writer.AUTO, Mac.port("one", ONE), Mac.port("two", "auto"));
                MacVm one = mac.vm("one");
                MacVm two = mac.vm("two")) {
            byte[] out = sized(STATION, ONE, 60);
            one.send(out);
            Await.until(
                    "the frame on the wire",
                    Await.SHORT,
                    () ->
                            mac.en0.sent().stream()
                                    .anyMatch(frame -> java.util.Arrays.equals(frame, out)));
            byte[] in = sized(ONE, STATION, 1514);
            mac.en0.deliver(in);
            one.await(in);
            two.send(sized(BROADCAST, TWO, 60));
            one.await(sized(BROADCAST, TWO, 60));
            byte[] across = sized(TWO, ONE, 100);
            one.send(across);
            two.await(across);
            assertThat(daemon.status().ports()).hasSize(2);
        }
    }
}
