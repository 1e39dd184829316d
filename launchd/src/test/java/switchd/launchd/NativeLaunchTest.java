package switchd.launchd;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Locale;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import switchd.darwin.testkit.Abi;
import switchd.posix.Downcalls;
import switchd.posix.Prototype;
import tools.jackson.databind.JsonNode;

class NativeLaunchTest {
    private static final MethodHandle SETENV =
            Downcalls.link("setenv", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
    private static final MethodHandle GETENV =
            Downcalls.linkWithoutErrno("getenv", FunctionDescriptor.of(ADDRESS, ADDRESS));

    @ParameterizedTest
    @ValueSource(strings = {"launch_activate_socket", "free"})
    void isLinkedAsMacOsHasIt(String name) {
        try (Arena arena = Arena.ofConfined()) {
            new NativeLaunch(arena); // links
        }
        Prototype ours =
                Downcalls.linked().stream()
                        .filter(prototype -> prototype.name().equals(name))
                        .findFirst()
                        .orElseThrow();
        JsonNode truth = Abi.table().required("functions").required(name).required("ffm");
        assertThat(ours.type().returnLayout().map(NativeLaunchTest::name).orElse("void"))
                .isEqualTo(truth.required("return").stringValue());
        assertThat(ours.type().argumentLayouts().stream().map(NativeLaunchTest::name).toList())
                .isEqualTo(strings(truth.required("args")));
        assertThat(ours.fixed()).isEmpty();
    }

    @Test
    void aVariableThatWasTakenIsGone() throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom("SWITCHD_TEST_VARIABLE");
            int set =
                    (int)
                            SETENV.invokeExact(
                                    arena.allocate(Downcalls.CALL_STATE),
                                    name,
                                    arena.allocateFrom("x"),
                                    1);
            assertThat(set).isZero();
            assertThat(((MemorySegment) GETENV.invokeExact(name)).address()).isNotZero();

            assertThat(new NativeLaunch(arena).unsetenv(name)).isZero();

            assertThat(((MemorySegment) GETENV.invokeExact(name)).address()).isZero();
        }
    }

    private static List<String> strings(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).map(JsonNode::stringValue).toList();
    }

    private static String name(MemoryLayout layout) {
        return layout instanceof AddressLayout
                ? "ADDRESS"
                : "JAVA_" + ((ValueLayout) layout).carrier().getName().toUpperCase(Locale.ROOT);
    }
}
