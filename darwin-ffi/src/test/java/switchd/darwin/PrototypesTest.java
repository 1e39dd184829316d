package switchd.darwin;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import switchd.core.Kernel;
import switchd.darwin.testkit.Abi;
import switchd.posix.Downcalls;
import switchd.posix.Prototype;
import tools.jackson.databind.JsonNode;

/// Holds every function that is linked on Darwin against the prototypes that a compiler read: a
/// function that is not among them fails, too.
final class PrototypesTest {
    @ParameterizedTest
    @MethodSource
    void areTheHeaders(Prototype prototype) {
        JsonNode function = Abi.table().required("functions").required(prototype.name());
        JsonNode types = function.required("ffm");
        assertThat(prototype.type().returnLayout().map(PrototypesTest::name).orElse("void"))
                .isEqualTo(types.required("return").stringValue());
        assertThat(prototype.fixed().isPresent())
                .isEqualTo(function.required("variadic").booleanValue());
        assertThat(prototype.fixed())
                .isEqualTo(
                        Optional.ofNullable(function.get("firstVariadicArg"))
                                .map(JsonNode::intValue));

        List<String> ours =
                prototype.type().argumentLayouts().stream().map(PrototypesTest::name).toList();
        List<String> fixed = strings(types.required("args")).toList();
        List<String> variable = strings(types.path("variadic")).toList();
        assertThat(ours).startsWith(fixed.toArray(String[]::new));
        List<String> ourVariable = ours.subList(fixed.size(), ours.size());
        if (ourVariable.isEmpty()
                && variable.stream().allMatch(type -> type.contains("only with"))) {
            return; // open without O_CREAT
        }
        assertThat(ourVariable)
                .isEqualTo(variable.stream().map(type -> type.replaceFirst(" .*", "")).toList());
    }

    static Stream<Prototype> areTheHeaders() {
        try (Arena arena = Arena.ofConfined()) {
            new NativeDarwin(arena); // links
        }
        return Downcalls.linked().stream();
    }

    @ParameterizedTest
    @CsvSource({
        "aarch64, arm64-apple-macos14",
        "x86_64, x86_64-apple-macos14",
        "amd64, x86_64-apple-macos14"
    })
    void everyFunctionOfTheTableHasItsSymbol(String architecture, String target) {
        for (var function : Abi.table().required("functions").properties()) {
            JsonNode truth = function.getValue();
            JsonNode symbol =
                    truth.path("differs_on").path(target).path("symbol").isMissingNode()
                            ? truth.required("symbol")
                            : truth.required("differs_on").required(target).required("symbol");
            assertThat(
                            "_"
                                    + Prototype.symbols(
                                                    function.getKey(), Kernel.DARWIN, architecture)
                                            .getFirst())
                    .isEqualTo(symbol.stringValue());
        }
    }

    private static Stream<String> strings(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).map(JsonNode::stringValue);
    }

    private static String name(MemoryLayout layout) {
        if (layout instanceof AddressLayout || layout.equals(Downcalls.POINTER)) {
            return "ADDRESS";
        }
        if (layout instanceof ValueLayout value && layout.name().isEmpty()) {
            return "JAVA_" + value.carrier().getName().toUpperCase(Locale.ROOT);
        }
        throw new AssertionError(layout);
    }
}
