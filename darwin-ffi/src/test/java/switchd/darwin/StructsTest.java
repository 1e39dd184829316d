package switchd.darwin;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.StructLayout;
import java.lang.foreign.UnionLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import switchd.darwin.testkit.Abi;
import switchd.posix.MessageHeader;
import tools.jackson.databind.JsonNode;

/// Holds every layout against the one a compiler computed: size, and offset and size of every
/// field, those of structs and unions within it too.
final class StructsTest {
    @ParameterizedTest
    @MethodSource("layouts")
    void everyFieldLiesWhereTheHeadersHaveIt(StructLayout layout) {
        String name = layout.name().orElseThrow();
        assertThat(layout.byteSize()).as(name).isEqualTo(Abi.size(name));
        checkFields(name, layout, 0, Abi.table().required("structs").required(name));
    }

    @Test
    void aNameHasTheRoomItHasThere() {
        assertThat(Structs.IFNAMSIZ).isEqualTo((int) Abi.constant("IFNAMSIZ"));
    }

    static Stream<StructLayout> layouts() throws IllegalAccessException {
        List<StructLayout> layouts = new ArrayList<>();
        for (var field : Structs.class.getFields()) {
            if (field.getType() == StructLayout.class) {
                layouts.add((StructLayout) field.get(null));
            }
        }
        layouts.add(MessageHeader.LAYOUT.withName("msghdr"));
        layouts.add(MessageHeader.IOVEC.withName("iovec"));
        return layouts.stream();
    }

    /// The layout of `struct name`.
    static StructLayout named(String name) throws IllegalAccessException {
        return layouts()
                .filter(layout -> layout.name().orElseThrow().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static void checkFields(String path, GroupLayout layout, long start, JsonNode truth) {
        JsonNode fields = truth.required("fields");
        List<String> ours = new ArrayList<>();
        for (MemoryLayout member : layout.memberLayouts()) {
            member.name()
                    .ifPresent(name -> {
                        ours.add(name);
                        long offset = start + layout.byteOffset(PathElement.groupElement(name));
                        checkField(path + "." + name, member, offset, fields.required(name));
                    });
        }
        if (layout instanceof UnionLayout) {
            // The headers' unions have members that nothing here needs.
            assertThat(ours).as(path).isNotEmpty();
        } else {
            assertThat(ours).as(path).containsExactlyElementsOf(fields.propertyNames());
        }
    }

    private static void checkField(String path, MemoryLayout field, long offset, JsonNode truth) {
        assertThat(offset).as("offset of " + path).isEqualTo(truth.required("offset").longValue());
        assertThat(field.byteSize())
                .as("size of " + path)
                .isEqualTo(truth.required("size").longValue());
        if (field instanceof GroupLayout group) {
            checkFields(path, group, offset, truth);
        }
    }
}
