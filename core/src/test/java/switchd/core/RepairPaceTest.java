package switchd.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// [RepairPace]: a fight with somebody who undoes every repair costs little.
final class RepairPaceTest {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;

    @Test
    void aFightGetsSlower() {
        RepairPace pace = new RepairPace();
        int repairs = 0;
        for (long now = 0; now < 100 * SECOND; now += MILLI) {
            repairs += pace.takesTurn(now) ? 1 : 0;
        }
        // After 10, 20, 40 … 1280 ms, then every two seconds.
        assertThat(repairs).isBetween(50, 60);
    }

    @Test
    void whatHasHeldIsRepairedAtOnceAgain() {
        RepairPace pace = new RepairPace();
        assertThat(pace.takesTurn(-SECOND)).isTrue();
        assertThat(pace.takesTurn(-SECOND + 9 * MILLI)).isFalse();
        assertThat(pace.takesTurn(-SECOND + 10 * MILLI)).isTrue();
        assertThat(pace.takesTurn(-SECOND + 29 * MILLI)).isFalse();
        assertThat(pace.takesTurn(20 * SECOND)).isTrue();
        assertThat(pace.takesTurn(20 * SECOND + 10 * MILLI)).isTrue();
    }
}
