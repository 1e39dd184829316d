package switchd.bench.rig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/// What iperf3 tells.
final class GuestsTest {
    @Test
    void bitsThatArrivedAndWhatWasSentAgain() {
        Sample sample =
                told(
                        """
                        {"end": {"sum_sent": {"retransmits": 6},
                                 "sum_received": {"bytes": 250000000, "bits_per_second": 1.5e9}}}
                        """);

        assertThat(sample.isValid()).isTrue();
        assertThat(sample.values())
                .containsOnly(entry(Metric.BITS, 1.5), entry(Metric.RETRANSMITTED, 3.0));
    }

    @Test
    void aStreamThatDoesNotComeAboutDoesNotCount() {
        assertThat(told("{\"error\": \"no route\"}").fault()).isEqualTo("no route");
        assertThat(told("{\"end\": {\"sum_received\": {\"bytes\": 0}}}").fault())
                .isEqualTo("nothing arrived");
    }

    private static Sample told(String json) {
        return Guests.sample(JsonMapper.shared().readTree(json));
    }
}
