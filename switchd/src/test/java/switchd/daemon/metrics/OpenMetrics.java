package switchd.daemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads an OpenMetrics text as the specification has it (1.0), and fails at the first line that it
/// does not allow: families are whole and in one piece, samples belong to their family, end in what
/// its type demands, and are there once; `# EOF` is last.
public final class OpenMetrics {
    private static final String NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
    private static final Pattern META =
            Pattern.compile("# (TYPE|HELP|UNIT) (" + NAME + ") (\\S.*)");
    private static final String LABEL = "[a-zA-Z_][a-zA-Z0-9_]*=\"(?:[^\"\\\\\n]|\\\\[\"\\\\n])*\"";
    private static final Pattern SAMPLE =
            Pattern.compile(
                    "("
                            + NAME
                            + ")(\\{(?:"
                            + LABEL
                            + "(?:,"
                            + LABEL
                            + ")*)?})? (-?[0-9][0-9.eE+-]*)");

    private final Map<String, String> types = new HashMap<>();
    private final Map<String, Double> samples = new LinkedHashMap<>();

    private OpenMetrics() {}

    /// Reads a whole text.
    public static OpenMetrics parse(String text) {
        OpenMetrics metrics = new OpenMetrics();
        assertThat(text).endsWith("\n# EOF\n");
        Set<String> closed = new HashSet<>();
        String family = "";
        for (String line :
                text.substring(0, text.length() - "\n# EOF\n".length()).split("\n", -1)) {
            Matcher meta = META.matcher(line);
            if (meta.matches()) {
                if (!meta.group(2).equals(family)) {
                    assertThat(closed).as(line).doesNotContain(meta.group(2));
                    closed.add(family);
                    family = meta.group(2);
                }
                if (meta.group(1).equals("TYPE")) {
                    assertThat(metrics.types.put(family, meta.group(3))).as(line).isNull();
                    assertThat(meta.group(3)).isIn("counter", "gauge", "stateset", "info");
                }
                continue;
            }
            Matcher sample = SAMPLE.matcher(line);
            assertThat(sample.matches()).as("a sample: %s", line).isTrue();
            metrics.add(family, sample);
        }
        return metrics;
    }

    private void add(String family, Matcher sample) {
        String suffix =
                switch (types.getOrDefault(family, "unknown")) {
                    case "counter" -> "_total";
                    case "info" -> "_info";
                    default -> "";
                };
        assertThat(sample.group(1)).isEqualTo(family + suffix);
        String key = sample.group(1) + (sample.group(2) == null ? "" : sample.group(2));
        assertThat(samples.put(key, Double.valueOf(sample.group(3)))).as(key).isNull();
    }

    /// Type by name of the family.
    public Map<String, String> types() {
        return types;
    }

    /// Value by name and labels, as they are written.
    public Map<String, Double> samples() {
        return samples;
    }
}
