package switchd.bench.rig;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/// What the generator tells, and when a run does not count.
final class SampleTest {
    @Test
    void framesAndTimeOfTheProcessorArePerFrame() {
        Sample sample = flow(0, 0, 0);

        assertThat(sample.isValid()).isTrue();
        assertThat(sample.foreign()).isEqualTo(0.25);
        assertThat(sample.values()).isEqualTo(Map.of(Metric.FRAMES, 500.0, Metric.CPU, 2.0));
    }

    @Test
    void aLostADoubledOrALateFrameMakesTheRunInvalid() {
        assertThat(flow(1, 0, 0).fault()).isEqualTo("lost 1");
        assertThat(flow(0, 2, 0).fault()).isEqualTo("duplicate 2");
        assertThat(flow(0, 0, 3).fault()).isEqualTo("reordered 3");
        assertThat(flow(1, 0, 3).fault()).isEqualTo("lost 1, reordered 3");
    }

    @Test
    void aRunInWhichNothingArrivesIsInvalid() {
        String told = "{\"received\":0,\"seconds\":1,\"lost\":0}";
        assertThat(Sample.flow(JsonMapper.shared().readTree(told)).fault())
                .isEqualTo("nothing arrived");
    }

    @Test
    void aPingIsInvalidWhereItOrItsLoadGetsLost() {
        assertThat(ping(0, 10, 10).isValid()).isTrue();
        assertThat(ping(1, 10, 10).fault()).isEqualTo("lost 1 of 100");
        assertThat(ping(0, 10, 8).fault()).isEqualTo("lost 2 of the load");
    }

    private static Sample flow(int lost, int duplicate, int reordered) {
        return Sample.flow(
                JsonMapper.shared()
                        .createObjectNode()
                        .put("sent", 1_000_000)
                        .put("received", 1_000_000)
                        .put("lost", lost)
                        .put("duplicate", duplicate)
                        .put("reordered", reordered)
                        .put("seconds", 2.0)
                        .put("switchCpu", 2.0)
                        .put("foreign", 0.25));
    }

    private static Sample ping(int lost, int loaded, int arrived) {
        return Sample.ping(
                JsonMapper.shared()
                        .createObjectNode()
                        .put("pings", 100)
                        .put("lost", lost)
                        .put("p50", 1.0)
                        .put("p99", 2.0)
                        .put("p999", 3.0)
                        .put("loaded", loaded)
                        .put("arrived", arrived));
    }
}
