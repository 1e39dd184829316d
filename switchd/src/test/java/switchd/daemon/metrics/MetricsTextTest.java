package switchd.daemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import switchd.daemon.Status;
import tools.jackson.databind.json.JsonMapper;

final class MetricsTextTest {
    /// As a daemon tells it.
    static Status status() {
        return JsonMapper.shared()
                .readValue(
                        """
                        {"schema": "switchd.status/1",
                         "daemon": {"version": "1.2.3", "pid": 7, "host": "Linux 6.1",
                          "started": "2026-01-02T03:04:05Z", "uptimeSeconds": 60,
                          "memory": {"resident": 1000, "heapUsed": 10, "heapMax": 20},
                          "longestTurnMillis": 2.5},
                         "networks": [{"name": "lan", "kind": "bridge", "lan": "br0", "mtu": 1500,
                          "macNat": false, "members": [], "ports": ["web"], "repairs": 3, "notices": []}],
                         "ports": [{"name": "web", "network": "lan", "kind": "bridge",
                          "uplink": "swtap0", "mtu": 1500, "socket": "/run/switchd/web/net.sock",
                          "stream": null, "owner": 0, "state": "uplinkLost", "reason": "gone",
                          "mac": "auto", "macsSeen": [], "peer": null,
                          "toLan": {"frames": 12345678901, "bytes": 700, "framesPerSecond": 1,
                           "bitsPerSecond": 1, "lastFrameSeconds": 0.25, "dropped": 2,
                           "drops": {"foreignSource": 2}},
                          "toVm": {"frames": 5, "bytes": 300, "framesPerSecond": 1,
                           "bitsPerSecond": 1, "lastFrameSeconds": null, "dropped": 4,
                           "drops": {"vmFull": 3, "runt": 1}},
                          "queue": {"waiting": 1, "highWater": 9, "capacity": 256}}]}
                        """,
                        Status.class);
    }

    @Test
    void everythingIsThereInOpenMetrics() {
        OpenMetrics metrics = OpenMetrics.parse(MetricsText.of(status()));
        assertThat(metrics.types())
                .containsEntry("switchd_port_frames", "counter")
                .containsEntry("switchd_port_bytes", "counter")
                .containsEntry("switchd_port_dropped_frames", "counter")
                .containsEntry("switchd_port_state", "stateset")
                .containsEntry("switchd_build", "info")
                .containsEntry("switchd_loop_longest_turn_seconds", "gauge");
        String toLan = "{direction=\"toLan\",network=\"lan\",port=\"web\"}";
        String toVm = "{direction=\"toVm\",network=\"lan\",port=\"web\"}";
        String port = "{network=\"lan\",port=\"web\"}";
        String network = "{kind=\"bridge\",lan=\"br0\",network=\"lan\"}";
        assertThat(metrics.samples())
                .containsEntry("switchd_build_info{version=\"1.2.3\"}", 1.0)
                .containsEntry("switchd_uptime_seconds", 60.0)
                .containsEntry("switchd_loop_longest_turn_seconds", 0.0025)
                .containsEntry("switchd_resident_memory_bytes", 1000.0)
                .containsEntry("switchd_network_repairs_total" + network, 3.0)
                .containsEntry("switchd_network_mtu_bytes" + network, 1500.0)
                .containsEntry("switchd_port_frames_total" + toLan, 12345678901.0)
                .containsEntry("switchd_port_bytes_total" + toVm, 300.0)
                .containsEntry("switchd_port_last_frame_age_seconds" + toLan, 0.25)
                .doesNotContainKey("switchd_port_last_frame_age_seconds" + toVm)
                .containsEntry("switchd_port_queue_high_water_frames" + port, 9.0);
        assertThat(drops(metrics, "toVm", "vmFull")).isEqualTo(3.0);
        assertThat(drops(metrics, "toLan", "foreignSource")).isEqualTo(2.0);
        assertThat(drops(metrics, "toLan", "overrun")).isZero();
        assertThat(state(metrics, "uplinkLost")).isEqualTo(1.0);
        assertThat(state(metrics, "attached")).isZero();
    }

    private static @Nullable Double drops(OpenMetrics metrics, String direction, String cause) {
        String labels =
                "{cause=\"%s\",direction=\"%s\",network=\"lan\",port=\"web\"}"
                        .formatted(cause, direction);
        return metrics.samples().get("switchd_port_dropped_frames_total" + labels);
    }

    private static @Nullable Double state(OpenMetrics metrics, String state) {
        return metrics.samples()
                .get(
                        "switchd_port_state{network=\"lan\",port=\"web\",switchd_port_state=\"%s\"}"
                                .formatted(state));
    }

    @Test
    void aDaemonWithoutPortsHasATextToo() {
        Status full = status();
        Status bare = new Status(full.schema(), full.daemon(), List.of(), List.of());
        assertThat(OpenMetrics.parse(MetricsText.of(bare)).samples())
                .containsKey("switchd_start_time_seconds")
                .doesNotContainKey("switchd_port_frames_total");
    }

    @Test
    void namesAreWrittenSafely() {
        Status full = status();
        Status.NetworkStatus odd =
                new Status.NetworkStatus(
                        "a\"b\\c\nd",
                        "isolated",
                        null,
                        1500,
                        false,
                        List.of(),
                        List.of(),
                        0,
                        List.of());
        String text =
                MetricsText.of(new Status(full.schema(), full.daemon(), List.of(odd), List.of()));
        assertThat(OpenMetrics.parse(text).samples())
                .containsKey(
                        "switchd_network_mtu_bytes{kind=\"isolated\",lan=\"\",network=\"a\\\"b\\\\c\\nd\"}");
    }
}
