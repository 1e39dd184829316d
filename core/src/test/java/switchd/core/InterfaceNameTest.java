package switchd.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class InterfaceNameTest {
    @ParameterizedTest
    @ValueSource(strings = {"e", "en0", "br-lan", "vlan.10", "eth0@x", "fifteen-letters", "..."})
    void upToFifteenPrintableCharactersAreAName(String text) {
        assertThat(new InterfaceName(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", ".", "..", "en 0", "a/b", "a:1", "en0\n", "b\u00fccke", "tab\t"})
    void whatAKernelRefusesIsNoName(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new InterfaceName(text))
                .withMessageContaining("'" + text + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sixteen-letters-", "averyveryverylonginterfacename"})
    void aLongerNameIsRefusedWithItsLength(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new InterfaceName(text))
                .withMessageContaining(text + " has " + text.length());
    }
}
