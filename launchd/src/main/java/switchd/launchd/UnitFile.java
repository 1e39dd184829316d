package switchd.launchd;

import java.util.List;
import java.util.stream.Collectors;

/// The text of a systemd unit, see systemd.syntax(7).
final class UnitFile {
    private final StringBuilder text = new StringBuilder();

    UnitFile comment(String line) {
        text.append("# ").append(line).append('\n');
        return this;
    }

    UnitFile section(String name) {
        text.append(text.isEmpty() ? "" : "\n").append('[').append(name).append("]\n");
        return this;
    }

    /// A setting whose value is the programmer's.
    UnitFile set(String key, String value) {
        text.append(key).append('=').append(value).append('\n');
        return this;
    }

    /// A setting whose value is a path.
    UnitFile path(String key, String path) {
        return set(key, word(path, false));
    }

    /// A setting whose value is a command line.
    UnitFile command(String key, List<String> words) {
        return set(
                key, words.stream().map(word -> word(word, true)).collect(Collectors.joining(" ")));
    }

    /// One word, so that systemd reads back what it is.
    ///
    /// @param expands whether variables are expanded there
    private static String word(String word, boolean expands) {
        if (word.isEmpty() || word.chars().anyMatch(c -> c < 0x20 || c == 0x7f)) {
            throw new IllegalArgumentException(
                    "no unit can hold an empty word or a control character: '" + word + "'");
        }
        String escaped = word.replace("%", "%%");
        if (expands) {
            escaped = escaped.replace("$", "$$");
        }
        boolean plain =
                escaped.chars().noneMatch(c -> c == ' ' || c == '"' || c == '\'' || c == '\\');
        return plain && !escaped.equals(";")
                ? escaped
                : '"' + escaped.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
