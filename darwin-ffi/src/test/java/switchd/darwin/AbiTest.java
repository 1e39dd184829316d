package switchd.darwin;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import org.junit.jupiter.api.Test;
import switchd.darwin.testkit.Abi;

/// Holds what the product believes of Darwin against what a compiler computed.
final class AbiTest {
    @Test
    void requestsAreTheHeaders() throws Exception {
        for (Field field : Requests.class.getFields()) {
            assertThat(field.getLong(null))
                    .as(field.getName())
                    .isPositive()
                    .isEqualTo(Abi.constant(field.getName()));
        }
    }

    @Test
    void constantsAreTheHeaders() throws Exception {
        for (Field field : DarwinConstants.class.getFields()) {
            assertThat(field.getInt(null))
                    .as(field.getName())
                    .isEqualTo((int) Abi.constant(field.getName()));
        }
    }
}
