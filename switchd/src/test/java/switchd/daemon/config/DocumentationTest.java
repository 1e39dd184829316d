package switchd.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import switchd.core.IpPolicy;
import switchd.core.VlanPolicy;

/// docs/configuration.md says what the records say.
final class DocumentationTest {
    private static String documentation() throws IOException {
        Path root = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
        return Files.readString(root.resolveSibling("docs/configuration.md"));
    }

    @Test
    void everyKeyIsExplained() throws IOException {
        List<String> rows = new ArrayList<>();
        rows(Config.class, "", rows);
        assertThat(rows).hasSizeGreaterThan(20);
        assertThat(documentation().lines()).containsSubsequence(rows);
    }

    @Test
    void everySettingIsExplained() throws IOException {
        List<String> rows = new ArrayList<>();
        for (Setting setting : Setting.values()) {
            String key = setting.key().isEmpty() ? "" : "`" + setting.key() + "`";
            rows.add("| `%s` | `%s` | %s |".formatted(setting.option(), setting.variable(), key));
        }
        assertThat(documentation().lines()).containsSubsequence(rows);
    }

    @Test
    void theExampleIsTheShippedOne() throws IOException {
        assertThat(documentation()).contains(Example.text());
    }

    private static void rows(Class<? extends Record> type, String path, List<String> rows) {
        for (Keys.Entry entry : Keys.of(type)) {
            String name = path + entry.name() + (entry.list() ? "[]" : "");
            rows.add(
                    "| `%s` | %s | %s | %s |"
                            .formatted(name, takes(entry), fallback(entry), entry.key().value()));
            Class<? extends Record> record = entry.record();
            if (record != null) {
                rows(record, name + ".", rows);
            }
        }
    }

    private static String takes(Keys.Entry entry) {
        if (entry.record() != null) {
            return entry.list() ? "objects" : "an object";
        }
        if (!entry.words().isEmpty()) {
            return "`\"" + String.join("\"`, `\"", entry.words()) + "\"`";
        }
        if (entry.type() == Boolean.class) {
            return "`true`, `false`";
        }
        if (entry.type() == VlanPolicy.class) {
            return "0 to 4094, or a list of them";
        }
        if (entry.type() == IpPolicy.class) {
            return "`\"dhcp\"`, `\"off\"`, or a list of addresses";
        }
        return entry.type() == Integer.class
                ? entry.key().min() + " to " + entry.key().max()
                : "text"
                        + (entry.key().example().isEmpty()
                                ? ""
                                : ": `" + entry.key().example() + "`");
    }

    private static String fallback(Keys.Entry entry) {
        if (entry.key().required()) {
            return "*required*";
        }
        return entry.key().fallback().isEmpty() ? "" : "`" + entry.key().fallback() + "`";
    }
}
