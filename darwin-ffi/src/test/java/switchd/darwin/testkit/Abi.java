package switchd.darwin.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Sizes, offsets and constants that a compiler computed from Apple's kernel headers, the same for
/// arm64 and x86-64: the truth that the product's layouts are held against, and that the kernel in
/// memory reads its arguments by.
public final class Abi {
    private static final JsonNode TABLE = read();

    private Abi() {}

    private static JsonNode read() {
        try (InputStream in = Abi.class.getResourceAsStream("abi.json")) {
            return JsonMapper.shared().readTree(Objects.requireNonNull(in, "abi.json"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The whole table.
    public static JsonNode table() {
        return TABLE;
    }

    /// Bytes of a struct, or of a field of it.
    ///
    /// @param path the field, and the fields within it
    public static int size(String struct, String... path) {
        return node(struct, path).required("size").intValue();
    }

    /// Where a field lies, in bytes from the beginning of its struct.
    ///
    /// @param path the field, and the fields within it
    public static int offset(String struct, String... path) {
        return node(struct, path).required("offset").intValue();
    }

    private static JsonNode node(String struct, String... path) {
        JsonNode node = TABLE.required("structs").required(struct);
        for (String field : path) {
            node = node.required("fields").required(field);
        }
        return node;
    }

    /// A constant of the headers, `ioctl` requests and error numbers among them.
    public static long constant(String name) {
        return TABLE.required("constants").required(name).longValue();
    }
}
