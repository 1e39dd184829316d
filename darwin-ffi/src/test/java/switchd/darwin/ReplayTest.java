package switchd.darwin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import switchd.darwin.testkit.Profile;

/// The kernel in memory against transcripts of XNU's own code: the same calls give the same lines,
/// but for time stamps and what [Deviation] lists.
final class ReplayTest {
    record Scenario(String file, Profile profile, Function<Profile, Replay> replay) {
        @Override
        public String toString() {
            return file;
        }
    }

    static Stream<Scenario> scenarios() {
        return Stream.of(
                new Scenario("demo-macos11", Profile.MACOS11, DemoReplay::new),
                new Scenario("demo-macos15", Profile.MACOS15, DemoReplay::new));
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void theSameCallsGiveTheSameLines(Scenario scenario) throws IOException {
        List<String> expected = new ArrayList<>();
        List<String> observed = transcript(scenario.file);
        for (int i = 0; i < observed.size(); i++) {
            expected.addAll(Deviation.at(scenario.file, i + 1, observed.get(i)));
        }
        List<String> ours = scenario.replay.apply(scenario.profile).lines();
        assertThat(ours.stream().map(ReplayTest::canonical)).containsExactlyElementsOf(expected);
    }

    private static List<String> transcript(String file) throws IOException {
        try (InputStream in = ReplayTest.class.getResourceAsStream("observed/" + file + ".txt")) {
            byte[] bytes = Objects.requireNonNull(in, file).readAllBytes();
            return new String(bytes, StandardCharsets.UTF_8)
                    .lines()
                    .map(ReplayTest::canonical)
                    .toList();
        }
    }

    private static String canonical(String line) {
        return line.stripTrailing().replaceAll("tstamp [0-9.]+", "tstamp T");
    }
}
