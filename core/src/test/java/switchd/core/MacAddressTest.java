package switchd.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MacAddressTest {
    @Test
    void theFirstOctetIsTheHighestOne() {
        MacAddress address = MacAddress.parse("52:54:00:12:34:56");
        assertThat(address.value()).isEqualTo(0x5254_0012_3456L);
        assertThat(address).hasToString("52:54:00:12:34:56");
    }

    @ParameterizedTest
    @CsvSource({"0:1:2:3:4:5, 00:01:02:03:04:05", "AA:bB:0c:D:e:f, aa:bb:0c:0d:0e:0f"})
    void leadingZerosMayBeMissingAndLettersMayBeCapitals(String text, String written) {
        assertThat(MacAddress.parse(text)).hasToString(written);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                "52:54:00:12:34",
                "52:54:00:12:34:56:78",
                "52:54:00:12:34:",
                "52-54-00-12-34-56",
                "525:4:0:1:2:3",
                "52:54:00:12:34:5g",
                " 52:54:00:12:34:56",
                "52:54:00:12:34:56\n",
                "52::00:12:34:56"
            })
    void anotherFormIsRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MacAddress.parse(text))
                .withMessageContaining("not a hardware address: " + text);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 1L << 48, Long.MIN_VALUE})
    void moreThanFortyEightBitsAreRefused(long value) {
        assertThatIllegalArgumentException().isThrownBy(() -> new MacAddress(value));
    }

    @ParameterizedTest
    @CsvSource({
        "ff:ff:ff:ff:ff:ff, true",
        "01:00:5e:00:00:fb, true",
        "33:33:00:00:00:01, true",
        "52:54:00:12:34:56, false",
        "fe:ff:ff:ff:ff:ff, false",
        "00:00:00:00:00:00, false"
    })
    void theLowestBitOfTheFirstOctetMakesAGroup(String text, boolean group) {
        MacAddress address = MacAddress.parse(text);
        assertThat(address.isGroup()).isEqualTo(group);
        assertThat(MacAddress.isGroup(address.value())).isEqualTo(group);
    }
}
