package switchd.darwin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
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
                new Scenario("demo-macos15", Profile.MACOS15, DemoReplay::new),
                new Scenario("probe-macos11", Profile.MACOS11, ProbeReplay::new),
                new Scenario("probe-macos15", Profile.MACOS15, ProbeReplay::new),
                new Scenario("probe2-macos11", Profile.MACOS11, Probe2Replay::new),
                new Scenario("probe2-macos15", Profile.MACOS15, Probe2Replay::new),
                new Scenario("kernel-events-macos11", Profile.MACOS11, KernelEventsReplay::new),
                new Scenario("kernel-events-macos15", Profile.MACOS15, KernelEventsReplay::new),
                new Scenario("host-stack-macos15", Profile.MACOS15, HostStackReplay::new));
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void theSameCallsGiveTheSameLines(Scenario scenario) throws IOException {
        List<String> expected = Deviation.apply(scenario.file, transcript(scenario.file + ".txt"));
        List<String> ours = scenario.replay.apply(scenario.profile).lines();
        assertThat(ours.stream().map(ReplayTest::canonical)).containsExactlyElementsOf(expected);
    }

    /// The transcript `trace-interface-detach` has its calls in bytes, and their answers.
    @Test
    void anInterfaceThatGoesAwayGivesTheSameBytes() throws IOException {
        String file = "trace-interface-detach";
        List<String> expected = Deviation.apply(file, transcript(file + ".out"));
        TraceReplay replay = new TraceReplay(transcript(file + ".in"));
        assertThat(replay.lines().stream().map(ReplayTest::canonical))
                .containsExactlyElementsOf(expected);
    }

    private static List<String> transcript(String file) throws IOException {
        try (InputStream in = ReplayTest.class.getResourceAsStream("observed/" + file)) {
            byte[] bytes = Objects.requireNonNull(in, file).readAllBytes();
            return new String(bytes, StandardCharsets.UTF_8)
                    .lines()
                    .map(ReplayTest::canonical)
                    .toList();
        }
    }

    /// Without what differs from run to run: the time, also in the one record that is in bytes.
    private static String canonical(String line) {
        return line.stripTrailing()
                .replaceAll("tstamp [0-9.]+", "tstamp T")
                .replaceAll("^78 0 0 [0-9a-f]{16}", "78 0 0 T");
    }
}
