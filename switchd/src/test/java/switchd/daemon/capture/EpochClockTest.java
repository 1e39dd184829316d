package switchd.daemon.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

final class EpochClockTest {
    private static final long SECOND = 1_000_000_000;

    private long nanos = 77;
    private long wall = 5_000 * SECOND;
    private final EpochClock clock =
            new EpochClock(() -> nanos, () -> Instant.ofEpochSecond(0, wall));

    @Test
    void itGoesWithTheMonotonicClock() {
        nanos += 1_234;
        assertThat(clock.now()).isEqualTo(5_000 * SECOND + 1_234);
        pass(2 * SECOND, 2 * SECOND + 900_000); // read a little late
        assertThat(clock.now()).isEqualTo(5_002 * SECOND + 1_234);
    }

    @Test
    void itFollowsWhereTheWallClockIsSet() {
        pass(SECOND / 2, -3_600 * SECOND);
        assertThat(clock.now()).isEqualTo(5_000 * SECOND + SECOND / 2);
        pass(SECOND, SECOND);
        assertThat(clock.now()).isEqualTo(5_000 * SECOND - 3_600 * SECOND + SECOND);
    }

    private void pass(long monotonic, long seen) {
        nanos += monotonic;
        wall += seen;
    }
}
