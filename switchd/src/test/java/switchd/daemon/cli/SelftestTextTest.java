package switchd.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import switchd.daemon.selftest.Report;
import switchd.daemon.selftest.Report.Result;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class SelftestTextTest {
    private static final Report.Failure FAILURE =
            new Report.Failure(
                    "making a TAP (open(/dev/net/tun): ENOENT (2))",
                    "open(/dev/net/tun)",
                    "ENOENT (2)",
                    "a device is missing");
    private static final Report REPORT =
            new Report(
                    1,
                    "0.1.0",
                    new Report.Host(
                            "macOS", "15.4", "Darwin Kernel Version 24.4.0", "aarch64", "25"),
                    "2026-11-21T12:00:00Z",
                    4.2,
                    Result.FAILED,
                    List.of(
                            new Report.Row("bridge", "", Result.PASSED, "bridge1", null),
                            new Report.Row("broadcast", "ndrv", Result.FAILED, "", FAILURE),
                            new Report.Row("tagged", "ndrv", Result.LIMITED, "1518 bytes", null),
                            new Report.Row("ping", "ndrv", Result.NOT_RUN, "no address", null)),
                    List.of(
                            new Report.Figures(
                                    "ndrv",
                                    List.of(new Report.Rate(60, 123_456, 1000, 7)),
                                    new Report.Latency(30.5, 80, 10.5, 20, 20, 60))),
                    List.of("selftest-1-1: VM attached"),
                    List.of("sudo ifconfig bridge1 destroy"));

    @Test
    void everyCheckHasALineAndAFailureItsMeaning() {
        assertThat(SelftestText.of(REPORT).lines())
                .contains(
                        "switchd 0.1.0 on macOS 15.4, aarch64, Java 25",
                        "Darwin Kernel Version 24.4.0",
                        "    making a TAP (open(/dev/net/tun): ENOENT (2))",
                        "    it means: a device is missing",
                        "  sudo ifconfig bridge1 destroy",
                        "FAILED: 1 check, in 4.2 s")
                .anyMatch(line -> line.matches("bridge +ok +bridge1"))
                .anyMatch(line -> line.matches("broadcast +ndrv +FAILED *"))
                .anyMatch(line -> line.matches("tagged +ndrv +limited +1518 bytes"))
                .anyMatch(line -> line.matches("ping +ndrv +not run +no address"))
                .anyMatch(line -> line.matches(" +60 bytes +123,456 frames/s +7 of 1000 lost"));
    }

    @Test
    void theDocumentHasTheseNames() {
        JsonNode document = JsonMapper.shared().valueToTree(REPORT);

        assertThat(document.propertyNames())
                .containsExactly(
                        "format",
                        "switchd",
                        "host",
                        "started",
                        "seconds",
                        "result",
                        "checks",
                        "figures",
                        "events",
                        "standing");
        assertThat(document.path("host").propertyNames())
                .containsExactly("system", "version", "kernel", "machine", "java");
        assertThat(document.path("checks").path(1).propertyNames())
                .containsExactly("check", "writer", "result", "detail", "failure");
        assertThat(document.path("checks").path(1).path("failure").propertyNames())
                .containsExactly("what", "call", "errno", "meaning");
        assertThat(document.path("checks").valueStream().map(row -> row.path("result").asString()))
                .containsExactly("passed", "failed", "limited", "notRun");
        assertThat(document.path("figures").path(0).propertyNames())
                .containsExactly("writer", "rates", "latency");
        assertThat(document.path("figures").path(0).path("rates").path(0).propertyNames())
                .containsExactly("frameBytes", "framesPerSecond", "sent", "lost");
        assertThat(document.path("figures").path(0).path("latency").propertyNames())
                .containsExactly("p50", "p99", "directP50", "directP99", "addedP50", "addedP99");
    }
}
