package switchd.bench.rig;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Medians, and ratios of values of the same round.
final class SpreadTest {
    @Test
    void theMedianIsInTheMiddle() {
        assertThat(Spread.of(List.of(9.0, 1.0, 2.0))).isEqualTo(new Spread(2, 1, 9, 3));
    }

    @Test
    void theMedianOfAnEvenNumberIsBetweenTwo() {
        assertThat(Spread.of(List.of(4.0, 1.0, 2.0, 9.0))).isEqualTo(new Spread(3, 1, 9, 4));
    }

    @Test
    void smallValuesHaveMoreDigits() {
        assertThat(new Spread(3, 1, 9.5, 2).text()).isEqualTo("3.00 (1.00–9.50)");
        assertThat(new Spread(30, 1, 95, 2).text()).isEqualTo("30.0 (1.0–95.0)");
        assertThat(new Spread(300, 1, 950, 2).text()).isEqualTo("300 (1–950)");
    }

    /// The machine was slow in round 1, for both: the ratio does not see it.
    @Test
    void ratiosAreThoseOfOneRound() {
        Map<Integer, Sample> reference = Map.of(0, frames(100), 1, frames(10), 2, frames(80));
        Map<Integer, Sample> own = Map.of(0, frames(90), 1, frames(9), 2, frames(88));

        Result.Row row = Result.row("cell", "own", own, reference);

        assertThat(row.values()).containsOnly(Map.entry(Metric.FRAMES, new Spread(88, 9, 90, 3)));
        Spread ratio = row.ratios().getOrDefault(Metric.FRAMES, new Spread(0, 0, 0, 0));
        assertThat(ratio.median()).isEqualTo(0.9);
        assertThat(ratio.least()).isEqualTo(0.9);
        assertThat(ratio.most()).isEqualTo(1.1);
    }

    @Test
    void aRoundThatOneOfBothLacksHasNoRatio() {
        Map<Integer, Sample> reference = Map.of(0, frames(100));
        Map<Integer, Sample> own = Map.of(0, frames(50), 1, frames(400));

        Result.Row row = Result.row("cell", "own", own, reference);

        assertThat(row.ratios())
                .containsOnly(Map.entry(Metric.FRAMES, new Spread(0.5, 0.5, 0.5, 1)));
    }

    @Test
    void theReferenceHasNoRatio() {
        Map<Integer, Sample> own = Map.of(0, frames(100));

        assertThat(Result.row("cell", "C", own, Map.of()).ratios()).isEmpty();
    }

    private static Sample frames(double value) {
        return Sample.of(Metric.FRAMES, value);
    }
}
