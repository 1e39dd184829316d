package switchd.darwin;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import switchd.core.Errno;
import switchd.core.Kernel;
import switchd.darwin.testkit.Abi;
import switchd.posix.PosixConstants;
import tools.jackson.databind.JsonNode;

/// Holds the numbers that the product believes of Darwin against those a compiler computed.
final class AbiTest {
    @Test
    void theTableHoldsForBothArchitectures() {
        assertThat(Abi.table().required("targets"))
                .extracting(JsonNode::stringValue)
                .containsExactly("arm64-apple-macos14", "x86_64-apple-macos14");
        assertThat(Abi.table().required("target_differences")).isEmpty();
    }

    @Test
    void requestsAreTheHeaders() throws Exception {
        for (Field field : Requests.class.getFields()) {
            assertThat(field.getLong(null))
                    .as(field.getName())
                    .isPositive()
                    .isEqualTo(Abi.constant(field.getName()));
        }
    }

    @ParameterizedTest
    @MethodSource
    void constantsAreTheHeaders(Field field) throws Exception {
        assertThat(field.getInt(null))
                .as(field.getName())
                .isEqualTo((int) Abi.constant(field.getName()));
    }

    static Stream<Field> constantsAreTheHeaders() {
        return Stream.of(DarwinConstants.class, PosixConstants.class)
                .flatMap(constants -> Arrays.stream(constants.getFields()));
    }

    @ParameterizedTest
    @MethodSource
    void bridgeCommandsTakeTheStructsTheyDoThere(Field field) throws Exception {
        JsonNode command = Abi.table().required("bridge_commands").required(field.getName());
        assertThat(command.required("cmd").intValue()).isEqualTo(field.getInt(null));
        String struct = command.required("arg").stringValue().replaceFirst("^struct ", "");
        assertThat(StructsTest.named(struct).byteSize())
                .isEqualTo(command.required("ifd_len").longValue());
    }

    static Stream<Field> bridgeCommandsTakeTheStructsTheyDoThere() {
        return Arrays.stream(DarwinConstants.class.getFields())
                .filter(field -> field.getName().startsWith("BRDG"));
    }

    @Test
    void errorNumbersAreTheHeaders() {
        JsonNode constants = Abi.table().required("constants");
        for (Errno errno : Errno.values()) {
            JsonNode number = constants.path(errno.name());
            assertThat(errno.number(Kernel.DARWIN))
                    .as(errno.name())
                    .isEqualTo(number.isMissingNode() ? -1 : number.intValue());
        }
    }

    @Test
    void thisProcessUsesDarwinsNumbers() {
        assertThat(Kernel.current()).isEqualTo(Kernel.DARWIN);
        assertThat(Errno.EAGAIN.number()).isEqualTo((int) Abi.constant("EAGAIN"));
    }
}
