package switchd.daemon.config;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import switchd.core.IpPolicy;
import switchd.core.VlanPolicy;
import switchd.daemon.words.Nearest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeType;

/// Holds a tree against the records that it is to be read into: unknown, missing and wrong keys.
final class Shape {
    private final Problems problems;

    Shape(Problems problems) {
        this.problems = problems;
    }

    /// Notes all that a record's keys do not take.
    void check(JsonNode node, Class<? extends Record> type, String path) {
        if (!node.isObject()) {
            needed(path, "an object, in braces,", node);
            return;
        }
        checkGiven(node, type, path);
        for (Keys.Entry key : Keys.of(type)) {
            if (key.key().required() && node.get(key.name()) == null) {
                problems.add(join(path, key.name()), "the key is missing: add " + sample(key));
            }
        }
    }

    /// The same, where no key of an object has to be there.
    void checkGiven(JsonNode node, Class<? extends Record> type, String path) {
        List<Keys.Entry> keys = Keys.of(type);
        List<String> known = keys.stream().map(Keys.Entry::name).toList();
        for (String name : node.propertyNames()) {
            if (!known.contains(name)) {
                String nearest = Nearest.question(name, known);
                problems.add(
                        join(path, name),
                        "unknown key"
                                + (nearest.isEmpty() ? ": known are " + list(known) : nearest));
            }
        }
        for (Keys.Entry key : keys) {
            JsonNode value = node.get(key.name());
            if (value != null) {
                check(value, key, join(path, key.name()));
            }
        }
    }

    private void check(JsonNode value, Keys.Entry key, String path) {
        if (!key.list()) {
            checkOne(value, key, path);
        } else if (value.isArray()) {
            for (int i = 0; i < value.size(); i++) {
                checkOne(value.get(i), key, path + "[" + i + "]");
            }
        } else {
            needed(path, "a list, in brackets,", value);
        }
    }

    private void checkOne(JsonNode value, Keys.Entry key, String path) {
        Class<? extends Record> record = key.record();
        if (record != null) {
            check(value, record, path);
        } else if (key.type() == Boolean.class) {
            if (!value.isBoolean()) {
                needed(path, "true or false", value);
            }
        } else if (key.type() == Integer.class) {
            int min = key.key().min();
            int max = key.key().max();
            if (!value.isInt() || value.intValue() < min || value.intValue() > max) {
                needed(path, "a whole number from " + min + " to " + max, value);
            }
        } else if (key.type() == VlanPolicy.class) {
            if (!VlanReader.accepts(value)) {
                needed(path, "a VLAN from 0 to 4094, or a list of them,", value);
            }
        } else if (key.type() == IpPolicy.class) {
            if (!IpReader.accepts(value)) {
                needed(path, "\"dhcp\", \"off\" or a list of 1 to 16 IP addresses", value);
            }
        } else if (!key.words().isEmpty()) {
            if (!value.isString() || !key.words().contains(value.stringValue())) {
                needed(path, list(key.words()), value, key.words());
            }
        } else if (!value.isString()) {
            needed(path, "a text, in quotes,", value);
        } else if (!key.key().pattern().isEmpty()
                && !Pattern.matches(key.key().pattern(), value.stringValue())) {
            needed(path, key.key().form(), value);
        }
    }

    private void needed(String path, String what, JsonNode instead) {
        needed(path, what, instead, List.of());
    }

    private void needed(String path, String what, JsonNode instead, List<String> words) {
        String found =
                switch (instead.getNodeType()) {
                    case JsonNodeType.OBJECT -> "an object";
                    case JsonNodeType.ARRAY -> "a list";
                    case JsonNodeType.NULL -> "null: leave the key out for its default";
                    case JsonNodeType.STRING -> Problems.quoted(instead.stringValue());
                    default -> instead.toString();
                };
        String nearest = instead.isString() ? Nearest.question(instead.stringValue(), words) : "";
        problems.add(path, what + " is needed, not " + found + nearest);
    }

    private static String sample(Keys.Entry key) {
        String value = key.words().isEmpty() ? key.key().example() : list(key.words());
        return '"' + key.name() + "\": " + value;
    }

    static String join(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    /// `a, b or c`.
    static String list(List<String> words) {
        int last = words.size() - 1;
        return last < 1
                ? String.join("", words)
                : words.stream().limit(last).collect(Collectors.joining(", "))
                        + " or "
                        + words.get(last);
    }
}
