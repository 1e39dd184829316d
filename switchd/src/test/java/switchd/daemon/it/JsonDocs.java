package switchd.daemon.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// The tables of `docs/json.md`, and what of them has been seen in real output.
final class JsonDocs {
    private static final Pattern SCHEMA = Pattern.compile("^## `(switchd\\.\\w+/\\d+)`$");
    private static final Pattern ROW =
            Pattern.compile("^\\| `(\\S+)` \\|\\s*([^|]*?)\\s*\\|\\s*([^|]*?)\\s*\\|$");
    private static final Pattern REFERENCE =
            Pattern.compile("each as `(\\w+)` in `(switchd\\.\\w+/\\d+)`");

    /// By schema: types by path.
    private final Map<String, Map<String, String>> schemas = new LinkedHashMap<>();

    private final Map<String, Set<String>> seen = new HashMap<>();

    private JsonDocs() {}

    static JsonDocs read() throws IOException {
        JsonDocs docs = new JsonDocs();
        String schema = "";
        Path file = Path.of(System.getProperty("basedir", "")).resolve("../docs/json.md");
        for (String line : Files.readAllLines(file)) {
            MatchResult heading = match(SCHEMA, line);
            if (heading != null) {
                schema = heading.group(1);
                docs.schemas.put(schema, new LinkedHashMap<>());
            }
            MatchResult row = match(ROW, line);
            if (row != null) {
                docs.row(schema, row.group(1), row.group(2), row.group(3));
            }
        }
        docs.resolve();
        return docs;
    }

    private static @org.jspecify.annotations.Nullable MatchResult match(
            Pattern pattern, String line) {
        var matcher = pattern.matcher(line);
        return matcher.matches() ? matcher.toMatchResult() : null;
    }

    private void row(String schema, String path, String type, String meaning) {
        Map<String, String> fields = fieldsOf(schema);
        if (path.endsWith(".…")) {
            String before = "port.toLan.";
            String now = path.substring(0, path.length() - 1);
            Map.copyOf(fields)
                    .forEach((name, as) -> {
                        if (name.startsWith(before)) {
                            fields.put(now + name.substring(before.length()), as);
                        }
                    });
            return;
        }
        MatchResult reference = REFERENCE.matcher(meaning).results().findFirst().orElse(null);
        fields.put(
                path,
                reference == null ? type : "->" + reference.group(2) + " " + reference.group(1));
    }

    /// Puts the tables that are referred to in place.
    private void resolve() {
        schemas.values()
                .forEach(fields ->
                        Map.copyOf(fields)
                                .forEach((path, type) -> {
                                    if (type.startsWith("->")) {
                                        String[] target = type.substring(2).split(" ", 2);
                                        fields.put(path, "array");
                                        fieldsOf(target[0])
                                                .forEach((name, as) -> {
                                                    if (name.startsWith(target[1] + ".")) {
                                                        fields.put(
                                                                path
                                                                        + name.substring(
                                                                                target[1].length()),
                                                                as);
                                                    }
                                                });
                                    }
                                }));
    }

    private Map<String, String> fieldsOf(String schema) {
        return Objects.requireNonNull(schemas.get(schema), schema);
    }

    /// Holds an answer against its table.
    void check(JsonNode answer) {
        String schema = answer.required("schema").asString();
        assertThat(schemas).containsKey(schema);
        check(schema, answer, "");
    }

    private void check(String schema, JsonNode node, String path) {
        if (node.isObject()) {
            node.forEachEntry((name, value) ->
                    check(schema, value, path.isEmpty() ? name : path + "." + name));
            return;
        }
        String place = node.isArray() ? path + "[]" : path;
        Map<String, String> fields = fieldsOf(schema);
        String name =
                fields.keySet().stream()
                        .filter(field -> pattern(field).matcher(place).matches())
                        .findFirst()
                        .orElse("");
        if (node.isNull() && name.isEmpty()) {
            assertThat(fields.keySet())
                    .as("%s in %s is null and not documented", place, schema)
                    .anyMatch(field ->
                            field.startsWith(place + ".") || field.startsWith(place + "[]"));
            return;
        }
        assertThat(name).as("%s in %s is not documented", place, schema).isNotEmpty();
        String type = fields.getOrDefault(name, "");
        assertThat(isOf(type, node)).as("%s in %s is %s: %s", place, schema, type, node).isTrue();
        seen.computeIfAbsent(schema, _ -> new LinkedHashSet<>()).add(name);
        node.forEach(element -> {
            if (element.isObject()) {
                check(schema, element, place);
            }
        });
    }

    /// A name in capitals stands for any.
    private static Pattern pattern(String field) {
        return Pattern.compile(Pattern.quote(field).replaceAll("\\.([A-Z]+)\\\\E$", ".\\\\E[^.]+"));
    }

    private static boolean isOf(String type, JsonNode node) {
        if (node.isNull()) {
            return type.endsWith(" or null");
        }
        return switch (type.replace(" or null", "")) {
            case "string" -> node.isString();
            case "integer" -> node.isIntegralNumber();
            case "number" -> node.isNumber();
            case "boolean" -> node.isBoolean();
            case "time" -> !Instant.parse(node.asString()).equals(Instant.EPOCH);
            case "array" -> node.isArray();
            case "array of strings" -> node.valueStream().allMatch(JsonNode::isString);
            case "array of integers" -> node.valueStream().allMatch(JsonNode::isIntegralNumber);
            case "any" -> true;
            default -> throw new AssertionError("no such type: " + type);
        };
    }

    /// Fails for what is documented and has not been seen.
    void checkAllWasSeen() {
        schemas.forEach((schema, fields) ->
                assertThat(seen.getOrDefault(schema, Set.of()))
                        .as("fields of %s in real output", schema)
                        .containsAll(fields.keySet()));
    }
}
