package switchd.bench.rig;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// What is printed and written of results.
///
/// @param schema form and version of the JSON
/// @param command what made it
/// @param host facts of the machine
record Report(String schema, String command, Map<String, String> host, List<Result> results) {
    private static final double MUCH = 0.1; // of the machine, had by others

    Report(String command, Map<String, String> host, List<Result> results) {
        this("switchd.bench/1", command, host, results);
    }

    /// As JSON, to a file.
    void write(Path file) throws IOException {
        Files.writeString(
                file,
                JsonMapper.builder()
                                .enable(SerializationFeature.INDENT_OUTPUT)
                                .build()
                                .writeValueAsString(this)
                        + "\n");
    }

    /// The machine, a line each.
    String head() {
        return host.entrySet().stream()
                .map(fact -> "    %-10s %s%n".formatted(fact.getKey(), fact.getValue()))
                .collect(Collectors.joining("", "    " + command + "\n", "\n"));
    }

    /// A scenario as a table in Markdown: medians with least and most, and ratios to the reference
    /// of the same round.
    static String table(Result result) {
        List<Metric> metrics =
                result.rows().stream()
                        .flatMap(row -> row.values().keySet().stream())
                        .distinct()
                        .sorted()
                        .toList();
        StringBuilder text = new StringBuilder();
        text.append(
                "## %s%n%n%s. %d rounds; ÷ is the ratio to %s in the same round.%n%n"
                        .formatted(
                                result.scenario(),
                                result.about(),
                                result.rounds(),
                                result.reference()));
        List<String> head = new ArrayList<>(List.of("", "contestant"));
        for (Metric metric : metrics) {
            head.add(metric.label());
            head.add("÷");
        }
        head.addAll(List.of("rounds", "foreign CPU %"));
        line(text, head);
        line(text, head.stream().map(_ -> "---").toList());
        for (Result.Row row : result.rows()) {
            List<String> cells = new ArrayList<>(List.of(row.cell(), row.contestant()));
            for (Metric metric : metrics) {
                cells.add(text(row.values().get(metric)));
                Spread ratio = row.ratios().get(metric);
                cells.add(ratio == null ? "" : ratio.text(2));
            }
            int rounds = row.values().values().stream().mapToInt(Spread::count).max().orElse(0);
            cells.add(Integer.toString(rounds));
            cells.add(row.foreign() == null ? "" : "%.0f".formatted(100 * row.foreign().median()));
            line(text, cells);
        }
        return text.append(notes(result)).append('\n').toString();
    }

    private static String text(@Nullable Spread spread) {
        return spread == null ? "" : spread.text();
    }

    private static void line(StringBuilder text, List<String> cells) {
        text.append(cells.stream().collect(Collectors.joining(" | ", "| ", " |\n")));
    }

    /// What a reader has to know before he believes the table.
    private static String notes(Result result) {
        List<String> notes = new ArrayList<>();
        if (result.invalid().isEmpty()) {
            notes.add("No frame was lost, doubled, changed or out of order.");
        } else {
            notes.add(
                    "%d runs did not count and were repeated: %s."
                            .formatted(
                                    result.invalid().size(), String.join("; ", result.invalid())));
        }
        result.missing()
                .forEach(program -> notes.add("Not measured, as not installed: " + program + "."));
        if (result.rows().stream()
                .anyMatch(row -> row.foreign() != null && row.foreign().median() > MUCH)) {
            notes.add("Others used the machine meanwhile: the figures are provisional.");
        }
        return "\n" + String.join("\n", notes) + "\n";
    }

    /// True where each has a value of every round. vde_switch may fail: it drops frames by itself
    /// and carries no long ones.
    boolean isWhole() {
        return results.stream().allMatch(Report::isWhole);
    }

    private static boolean isWhole(Result result) {
        return result.rows().stream()
                .filter(row -> !row.contestant().equals(Peers.VDE))
                .map(row -> row.values().values().stream().mapToInt(Spread::count).max().orElse(0))
                .allMatch(count -> count == result.rounds());
    }
}
