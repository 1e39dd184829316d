package switchd.daemon.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How a long list that fails becomes a short one, and what comes of a seed.
final class ShrinkerTest {
    private static final long AMPLE = 10_000_000_000L;

    private static List<Integer> upTo(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    @Test
    void whatTheFailureNeedsIsLeftInOrder() {
        List<Integer> tried = new ArrayList<>();
        List<Integer> few =
                Shrinker.shrink(
                        upTo(1000),
                        some -> {
                            tried.add(some.size());
                            return some.containsAll(List.of(3, 400, 999));
                        },
                        AMPLE);
        assertThat(few).containsExactly(3, 400, 999);
        assertThat(tried).hasSizeLessThan(200);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 7})
    void whatAlwaysFailsNeedsNothing(int count) {
        assertThat(Shrinker.shrink(upTo(count), _ -> true, AMPLE)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 7})
    void whatNeedsAllKeepsAll(int count) {
        List<Integer> all = upTo(count);
        assertThat(Shrinker.shrink(all, all::equals, AMPLE)).isEqualTo(all);
    }

    /// One of two will do, and only once the other is gone can the rest go.
    @Test
    void itGoesRoundAgainAfterASuccess() {
        List<Integer> few =
                Shrinker.shrink(
                        upTo(5),
                        some -> some.contains(4) && (some.contains(0) || !some.contains(1)),
                        AMPLE);
        assertThat(few).containsExactly(4);
    }

    @Test
    void itEndsWhenItsTimeDoes() {
        assertThat(Shrinker.shrink(upTo(9), _ -> true, -1)).hasSize(9);
    }

    @Test
    void aSeedGivesTheSameStepsEachTimeAndTheirTextIsCode() {
        List<Step> steps = RandomSteps.of(1, 50, List.of(Step.How.SMALL));
        assertThat(RandomSteps.of(1, 50, List.of(Step.How.SMALL))).isEqualTo(steps);
        assertThat(RandomSteps.of(2, 50, List.of(Step.How.SMALL))).isNotEqualTo(steps);
        Step add = new Step.Add(new Step.Port("a", Step.Net.LAN, true, Step.Talk.RED));
        assertThat(Code.of(List.of(add, new Step.Restart(false))))
                .isEqualTo(
                        """
                        List.of(
                            new Step.Add(new Step.Port("a", Step.Net.LAN, true, Step.Talk.RED)),
                            new Step.Restart(false))\
                        """);
    }
}
