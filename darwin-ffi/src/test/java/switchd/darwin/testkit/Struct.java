package switchd.darwin.testkit;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import tools.jackson.databind.JsonNode;

/// One C struct in a process's memory, its fields found by [Abi].
///
/// @param name its C name
/// @param memory where it lies: at least as many bytes as it has
record Struct(String name, MemorySegment memory) {
    Struct {
        if (memory.byteSize() < Abi.size(name)) {
            throw new IndexOutOfBoundsException(
                    "struct " + name + " in " + memory.byteSize() + " bytes");
        }
    }

    /// The struct at byte `offset` of `memory`; `EFAULT` where that is no memory.
    static Struct at(String name, MemorySegment memory, long offset) {
        return new Struct(name, UserMemory.of(memory, offset, Abi.size(name)));
    }

    /// The struct that a pointer leads to; `EFAULT` where it leads nowhere.
    static Struct at(String name, long address) {
        return new Struct(name, UserMemory.at(address, Abi.size(name)));
    }

    /// A field's value; of a field shorter than a long with its sign.
    long get(String... path) {
        JsonNode field = field(path);
        long at = field.required("offset").longValue();
        return switch (field.required("size").intValue()) {
            case 1 -> memory.get(JAVA_BYTE, at);
            case 2 -> memory.get(JAVA_SHORT_UNALIGNED, at);
            case 4 -> memory.get(JAVA_INT_UNALIGNED, at);
            default -> memory.get(JAVA_LONG_UNALIGNED, at);
        };
    }

    /// Sets a field, the upper bits cut off.
    void set(long value, String... path) {
        JsonNode field = field(path);
        long at = field.required("offset").longValue();
        switch (field.required("size").intValue()) {
            case 1 -> memory.set(JAVA_BYTE, at, (byte) value);
            case 2 -> memory.set(JAVA_SHORT_UNALIGNED, at, (short) value);
            case 4 -> memory.set(JAVA_INT_UNALIGNED, at, (int) value);
            default -> memory.set(JAVA_LONG_UNALIGNED, at, value);
        }
    }

    private JsonNode field(String... path) {
        JsonNode node = Abi.table().required("structs").required(name);
        for (String step : path) {
            node = node.required("fields").required(step);
        }
        return node;
    }
}
