package switchd.bench.rig;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The order of runs, those that do not count, and the report.
final class RoundsTest {
    private static final Contestant A = new Contestant("A", List.of(), List.of(), List.of());
    private static final Contestant B = new Contestant("B", List.of(), List.of(), List.of());
    private static final Sample BAD = new Sample(Map.of(Metric.FRAMES, 1e9), 0, "lost 7");

    private final List<String> ran = new ArrayList<>();

    @TempDir private Path folder;

    @Test
    void contestantsRunInTurnForthAndBack() {
        run(3, 0, (who, _) -> Sample.of(Metric.FRAMES, who.equals(A) ? 100 : 90));

        assertThat(ran).containsExactly("A", "B", "B", "A", "A", "B");
    }

    @Test
    void eachIsWarmedBeforeTheFirstRound() {
        run(1, 1, (_, _) -> Sample.of(Metric.FRAMES, 1));

        assertThat(ran).containsExactly("A", "B", "A", "B");
    }

    @Test
    void aRunThatDoesNotCountIsRepeatedAndTold() {
        Result result = run(1, 0, (_, n) -> n == 1 ? BAD : Sample.of(Metric.FRAMES, 5));

        assertThat(ran).containsExactly("A", "A", "B");
        assertThat(result.invalid()).containsExactly("cell, A, round 1: lost 7");
        assertThat(result.rows().getFirst().values())
                .containsEntry(Metric.FRAMES, new Spread(5, 5, 5, 1));
        assertThat(report(result).isWhole()).isTrue();
        assertThat(Report.table(result))
                .contains("1 runs did not count", "cell, A, round 1: lost 7");
    }

    @Test
    void oneThatNeverCountsHasNoValue() {
        Result result = run(1, 0, (who, _) -> who.equals(B) ? BAD : Sample.of(Metric.FRAMES, 5));

        assertThat(ran).containsExactly("A", "B", "B", "B");
        assertThat(result.invalid()).hasSize(3);
        assertThat(result.rows().get(1).values()).isEmpty();
        assertThat(report(result).isWhole()).isFalse();
    }

    @Test
    void theTableHasMediansAndRatios() {
        Result result =
                run(
                        2,
                        0,
                        (who, n) ->
                                Sample.of(Metric.FRAMES, who.equals(A) ? 100 : n > 2 ? 80 : 90));

        assertThat(Report.table(result))
                .contains("| cell | A | 100 (100–100) |  | 2 |  |")
                .contains("| cell | B | 85.0 (80.0–90.0) | 0.85 (0.80–0.90) | 2 |  |")
                .contains("No frame was lost");
    }

    @Test
    void theJsonHasEverything() throws Exception {
        Path file = folder.resolve("r.json");
        report(run(1, 0, (_, _) -> Sample.of(Metric.CPU, 2))).write(file);

        JsonNode told = JsonMapper.shared().readTree(Files.readString(file));
        assertThat(told.path("schema").asString()).isEqualTo("switchd.bench/1");
        assertThat(told.path("host").path("kernel").asString()).isEqualTo("Linux");
        JsonNode row = told.path("results").path(0).path("rows").path(1);
        assertThat(row.path("contestant").asString()).isEqualTo("B");
        assertThat(row.path("ratios").path("CPU").path("median").asDouble()).isEqualTo(1);
    }

    @Test
    void thePlotIsAPicture() throws Exception {
        Path file = Panels.write(run(2, 0, (_, n) -> Sample.of(Metric.FRAMES, n)), folder);

        assertThat(ImageIO.read(file.toFile()).getWidth()).isGreaterThan(800);
    }

    /// @param measured by contestant and the number of runs so far
    private Result run(int rounds, double warm, Measured measured) {
        Cell cell =
                new Cell(
                        "cell",
                        (who, _) -> {
                            ran.add(who.name());
                            return measured.of(who, ran.size());
                        });
        return new Rounds(rounds, 1, warm, _ -> {})
                .run("two", "two", List.of(A, B), List.of(cell), List.of());
    }

    private static Report report(Result result) {
        return new Report("bin/bench", Map.of("kernel", "Linux"), List.of(result));
    }

    @FunctionalInterface
    private interface Measured {
        Sample of(Contestant who, int runs);
    }
}
