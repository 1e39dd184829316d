package switchd.daemon.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URLConnection;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import switchd.core.MacPolicy;
import switchd.daemon.Daemon;
import switchd.daemon.DaemonSpec;
import switchd.daemon.NetworkSpec;
import switchd.daemon.PortSpec;
import switchd.daemon.host.Writer;
import switchd.daemon.metrics.MetricsAddress;
import switchd.daemon.metrics.MetricsServer;
import switchd.daemon.metrics.MetricsText;
import tools.jackson.databind.JsonNode;

/// What a running daemon counts, by the control socket's method and by HTTP.
@Timeout(60)
final class MetricsMethodTest {
    private static final String FRAMES =
            "switchd_port_frames_total{direction=\"toLan\",network=\"isolated\",port=\"web\"} 0.0\n";

    @TempDir private Path directory = Path.of("");

    private Daemon daemon() throws Exception {
        NetworkSpec network = new NetworkSpec("isolated", new NetworkSpec.Isolated(), null);
        PortSpec port =
                PortSpec.of("web", "isolated", new MacPolicy.Auto())
                        .at(directory.resolve("web/net.sock").toString());
        return Daemon.start(DaemonSpec.of(network, List.of(port), Writer.AUTO), _ -> {});
    }

    @Test
    void theAnswerCarriesTheText() throws Exception {
        try (Daemon daemon = daemon()) {
            JsonNode answer =
                    JsonRpc.MAPPER.valueToTree(new DaemonMethods.Metrics(daemon.status()));
            assertThat(answer.propertyNames()).containsExactlyInAnyOrder("schema", "text");
            assertThat(answer.path("schema").asString()).isEqualTo("switchd.metrics/1");
            assertThat(answer.path("text").asString()).contains(FRAMES).endsWith("# EOF\n");
        }
    }

    @Test
    void aBrowserGetsTheText() throws Exception {
        try (Daemon daemon = daemon();
                MetricsServer server =
                        MetricsServer.start(
                                MetricsAddress.parse("127.0.0.1:0"),
                                () -> MetricsText.of(daemon.status()))) {
            URLConnection answer =
                    URI.create("http://" + server.address() + "/metrics").toURL().openConnection();
            String text = new String(answer.getInputStream().readAllBytes(), UTF_8);
            assertThat(answer.getContentType()).startsWith("application/openmetrics-text");
            assertThat(text).contains(FRAMES).endsWith("# EOF\n");
        }
    }
}
