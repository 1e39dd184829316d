package switchd.daemon.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import switchd.daemon.lab.Frames;
import switchd.daemon.lab.Lab;
import switchd.daemon.lab.NeedsLab;
import switchd.daemon.lab.VmClient;
import switchd.daemon.metrics.OpenMetrics;

/// `--metrics` as an operator uses it: frames that have passed are in what a scraper gets.
@NeedsLab("curl")
@Timeout(120)
final class MetricsIT {
    private static final String MAC = "02:00:00:00:1e:01";
    private static final String OTHER = "02:00:00:00:1e:02";
    private static final String ADDRESS = "127.0.0.1:9130";

    private final Lab lab = Lab.bridged();

    @AfterEach
    void removeLab() {
        lab.close();
    }

    private DaemonProcess start(String address) {
        return DaemonProcess.start(
                lab,
                "--bridge",
                Lab.BRIDGE,
                "--name",
                "web",
                "--mac",
                MAC,
                "--socket",
                lab.workspace().file("web/net.sock").toString(),
                "--metrics",
                address);
    }

    private Map<String, Double> scrape() {
        String text = lab.host().run("curl", "-sS", "http://" + ADDRESS + "/metrics");
        return OpenMetrics.parse(text).samples();
    }

    @Test
    void whatHasPassedIsCounted() throws Exception {
        try (DaemonProcess daemon = start(ADDRESS);
                VmClient vm = VmClient.vfkit(daemon.socket("web"))) {
            vm.send(Frames.sized(Frames.BROADCAST, OTHER, 60));
            vm.send(Frames.arpRequest(MAC, "10.77.0.60", Lab.LAN_ADDRESS));
            vm.await("an ARP reply", frame -> Frames.isArpReply(frame, Lab.LAN_ADDRESS));

            Map<String, Double> samples = scrape();

            String network =
                    samples.keySet().stream()
                            .filter(key -> key.startsWith("switchd_network_mtu_bytes{"))
                            .map(key -> key.replaceAll(".*,network=\"([^\"]*)\".*", "$1"))
                            .findFirst()
                            .orElseThrow();
            String port = "network=\"%s\",port=\"web\"".formatted(network);
            assertThat(samples)
                    .containsEntry(
                            "switchd_port_frames_total{direction=\"toLan\"," + port + "}", 1.0)
                    .containsEntry(
                            "switchd_port_dropped_frames_total{cause=\"foreignSource\",direction=\"toLan\","
                                    + port
                                    + "}",
                            1.0)
                    .containsEntry(
                            "switchd_port_state{" + port + ",switchd_port_state=\"attached\"}",
                            1.0);
            assertThat(samples.get("switchd_port_bytes_total{direction=\"toVm\"," + port + "}"))
                    .isGreaterThanOrEqualTo(42.0);
            assertThat(daemon.log()).doesNotContain("everybody");
            daemon.stop();
        }
    }

    @Test
    void anAddressForEverybodyIsWarnedOf() {
        try (DaemonProcess daemon = start("0.0.0.0:9130")) {
            assertThat(daemon.log())
                    .contains("WARN")
                    .contains("everybody who reaches 0.0.0.0:9130");
            assertThat(scrape()).containsKey("switchd_uptime_seconds");
            daemon.stop();
        }
    }

    @Test
    void anAddressThatIsTakenOrNoneIsRefused() {
        try (DaemonProcess daemon = start(ADDRESS)) {
            DaemonProcess.Ended second =
                    DaemonProcess.run(
                            lab,
                            "--isolated",
                            "--socket",
                            lab.workspace().file("b/s").toString(),
                            "--metrics",
                            ADDRESS);
            assertThat(second.status()).as(second.err()).isEqualTo(69);
            assertThat(second.err()).contains("cannot serve metrics at " + ADDRESS);
            assertThat(daemon.isAlive()).isTrue();
        }
        assertThat(DaemonProcess.run(lab, "--isolated", "--metrics", "nonsense").status())
                .isEqualTo(64);
    }
}
