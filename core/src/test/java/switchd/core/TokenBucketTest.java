package switchd.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TokenBucketTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void theBurstPassesAtOnceAndNoMore() {
        TokenBucket bucket = new TokenBucket(1000, 10, 0);
        assertThat(bucket.take(10, 0)).isTrue();
        assertThat(bucket.take(1, 0)).isFalse();
        assertThat(bucket.take(1, 999_999)).isFalse();
        assertThat(bucket.take(1, 1_000_000)).isTrue();
        assertThat(bucket.take(11, 100 * SECOND)).isFalse();
        assertThat(bucket.take(10, 100 * SECOND)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "64000, 480, 1000003",
        "1000000000, 12112, 977",
        "100000000000, 480, 3",
        "999999999000000000, 12112, 1",
        "1, 1, 500000000",
    })
    void inTheLongRunTheRateIsExact(long rate, long units, long stepNanos) {
        // The clock may well be below zero.
        long start = -3 * SECOND;
        TokenBucket bucket = new TokenBucket(rate, units, start);
        long passed = 0;
        long steps = 100_000;
        for (long i = 1; i <= steps; i++) {
            if (bucket.take(units, start + i * stepNanos)) {
                passed += units;
            }
        }
        double offered = (double) units * steps;
        double seconds = (double) steps * stepNanos / SECOND;
        double most = Math.min(offered, rate * seconds + units);
        assertThat((double) passed).isLessThanOrEqualTo(most * 1.000_1 + units);
        assertThat((double) passed).isGreaterThan(most * 0.5 - units);
    }

    @Test
    void aLongPauseIsNoTrouble() {
        TokenBucket bucket = new TokenBucket(1_000_000, 12_112, Long.MIN_VALUE / 2);
        assertThat(bucket.take(12_112, Long.MAX_VALUE / 2 - 10)).isTrue();
        assertThat(bucket.take(1, Long.MAX_VALUE / 2 - 10)).isFalse();
    }
}
