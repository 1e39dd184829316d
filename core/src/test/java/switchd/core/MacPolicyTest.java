package switchd.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MacPolicyTest {
    @ParameterizedTest
    @ValueSource(strings = {"auto", "any", "52:54:00:12:34:56"})
    void whatIsReadIsWrittenTheSameWay(String text) {
        assertThat(MacPolicy.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Auto", "none", "01:00:5e:00:00:fb", "ff:ff:ff:ff:ff:ff"})
    void whatNoVmCanHaveIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> MacPolicy.parse(text));
    }
}
