package switchd.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class UnitsTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "999, 999 B",
        "1000, 1.0 KiB",
        "1536, 1.5 KiB",
        "102300, 99.9 KiB",
        "102400, 100 KiB",
        "1048576, 1.0 MiB",
        "5000000000, 4.7 GiB",
        "2000000000000000, 1819 TiB"
    })
    void bytes(long bytes, String text) {
        assertThat(Units.bytes(bytes)).isEqualTo(text);
    }

    @Test
    void whatIsNotKnown() {
        assertThat(Units.bytes(null)).isEqualTo("?");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 bit/s",
        "999, 999 bit/s",
        "1000, 1.0 kbit/s",
        "123456, 123 kbit/s",
        "2500000000, 2.5 Gbit/s"
    })
    void rates(long count, String text) {
        assertThat(Units.rate(count, "bit/s")).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0.0 s",
        "9.94, 9.9 s",
        "10, 10 s",
        "59.9, 59 s",
        "60, 1 min",
        "61, 1 min 1 s",
        "3599, 59 min 59 s",
        "3600, 1 h",
        "7500, 2 h 5 min",
        "86400, 1 d",
        "100000, 1 d 3 h"
    })
    void durations(double seconds, String text) {
        assertThat(Units.duration(seconds)).isEqualTo(text);
    }
}
