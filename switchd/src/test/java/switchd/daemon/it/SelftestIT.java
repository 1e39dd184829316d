package switchd.daemon.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import switchd.daemon.lab.Await;
import switchd.daemon.lab.Job;
import switchd.daemon.lab.Lab;
import switchd.daemon.lab.Machine;
import switchd.daemon.lab.NeedsLab;
import switchd.daemon.selftest.Report;
import switchd.daemon.selftest.Report.Result;
import tools.jackson.databind.json.JsonMapper;

/// `switchd selftest` as a process: it finds nothing wrong on this machine, says so in a form that
/// can be relied on, finds what is wrong, and leaves nothing.
@NeedsLab("unshare")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
final class SelftestIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /// Where there is no way to make a TAP.
    private static final List<String> WITHOUT_TAPS =
            List.of(
                    "unshare",
                    "--mount",
                    "sh",
                    "-c",
                    "mount -t tmpfs none /dev/net && exec \"$@\"",
                    "sh");

    private final Lab lab = Lab.bridged();
    private Machine before = Machine.now();

    @BeforeAll
    void lookAround() {
        before = Machine.now();
    }

    @AfterAll
    void removeLab() {
        lab.close();
    }

    private Report report(DaemonProcess.Ended ended) {
        return JsonMapper.shared().readValue(ended.out(), Report.class);
    }

    private void nothingIsLeft() {
        Machine now = Machine.now();
        assertThat(now.interfaces()).isEqualTo(before.interfaces());
        assertThat(now.namespaces()).isEqualTo(before.namespaces());
        assertThat(now.sockets()).noneMatch(path -> path.contains("/selftest-"));
    }

    @Test
    void allIsWellHereAndNothingIsLeft() {
        DaemonProcess.Ended ended =
                DaemonProcess.runBy(lab, List.of(), PATIENCE, "selftest", "--json");

        assertThat(ended.status()).as(ended.out() + ended.err()).isZero();
        assertThat(ended.err()).isEmpty();
        Report report = report(ended);
        assertThat(report.format()).isOne();
        assertThat(report.result()).isEqualTo(Result.PASSED);
        assertThat(report.host().system()).isEqualTo("Linux");
        assertThat(report.host().kernel()).startsWith("Linux version ");
        assertThat(report.checks())
                .filteredOn(row -> row.result() != Result.PASSED)
                .extracting(Report.Row::check)
                .containsExactly("leftover interfaces swept");
        assertThat(report.checks())
                .extracting(Report.Row::check)
                .doesNotHaveDuplicates()
                .hasSizeGreaterThan(20);
        assertThat(report.figures())
                .singleElement()
                .satisfies(figures -> {
                    assertThat(figures.rates()).hasSize(2).allMatch(r -> r.framesPerSecond() > 0);
                    assertThat(figures.latency().p50()).isPositive();
                });
        assertThat(report.standing()).isEmpty();
        nothingIsLeft();
    }

    @Test
    void whatIsWrongIsARowWithCallErrorAndMeaning() {
        DaemonProcess.Ended ended =
                DaemonProcess.runBy(lab, WITHOUT_TAPS, PATIENCE, "selftest", "--json");

        assertThat(ended.status()).as(ended.out() + ended.err()).isOne();
        Report report = report(ended);
        assertThat(report.result()).isEqualTo(Result.FAILED);
        Map<Result, List<Report.Row>> rows =
                report.checks().stream().collect(Collectors.groupingBy(Report.Row::result));
        assertThat(rows.get(Result.FAILED))
                .singleElement()
                .satisfies(row -> {
                    assertThat(row.check()).isEqualTo("ports");
                    assertThat(row.failure()).isNotNull();
                    assertThat(row.failure().call()).contains("/dev/net/tun");
                    assertThat(row.failure().errno()).isEqualTo("ENOENT (2)");
                    assertThat(row.failure().meaning()).isNotEmpty();
                });
        assertThat(rows.get(Result.NOT_RUN)).hasSizeGreaterThan(15);
        nothingIsLeft();
    }

    @Test
    void aTableSaysTheSame() {
        DaemonProcess.Ended ended = DaemonProcess.runBy(lab, WITHOUT_TAPS, PATIENCE, "selftest");

        assertThat(ended.status()).isOne();
        assertThat(ended.out())
                .contains("check ", "writer", "result", "/dev/net/tun", "ENOENT (2)", "it means: ")
                .contains("FAILED: 1 check");
        nothingIsLeft();
    }

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143"})
    void aSignalEndsItAndNothingIsLeft(String signal, int status) {
        try (DaemonProcess selftest = DaemonProcess.launch(lab, "selftest")) {
            Path socket = Path.of("/run/switchd/selftest-" + selftest.pid() + "-1/net.sock");
            Await.until("the first port", PATIENCE, () -> Files.exists(socket));
            selftest.signal(signal);

            DaemonProcess.Ended ended = selftest.awaitEnd(Duration.ofSeconds(10));
            assertThat(ended.status()).as(ended.out() + ended.err()).isEqualTo(status);
            assertThat(ended.out()).isEmpty();
        }
        nothingIsLeft();
    }

    @Test
    void whatIsKeptGoesByTheCommandsThatItNames() {
        // Not in a lab: `ip netns exec` hides what is mounted then.
        List<String> command = new ArrayList<>(DaemonProcess.java(DaemonProcess.image()));
        command.addAll(List.of("selftest", "--json", "--keep"));
        Job selftest = Job.start(command, Map.of());
        assertThat(selftest.awaitExit(PATIENCE)).as(selftest.output()).isZero();
        assertThat(Machine.now().namespaces()).hasSize(before.namespaces().size() + 1);
        Report report = JsonMapper.shared().readValue(selftest.output(), Report.class);
        for (String removal : report.standing()) {
            assertThat(removal).startsWith("sudo ");
            Job job = Job.start("sh", "-c", removal.substring("sudo ".length()));
            assertThat(job.awaitExit(Await.SHORT)).as(removal + ": " + job.output()).isZero();
        }
        nothingIsLeft();
        // Empty, and any daemon's: nobody is told to remove it.
        Job rmdir = Job.start("rmdir", "--ignore-fail-on-non-empty", "/run/switchd");
        assertThat(rmdir.awaitExit(Await.SHORT)).as(rmdir.output()).isZero();
    }
}
