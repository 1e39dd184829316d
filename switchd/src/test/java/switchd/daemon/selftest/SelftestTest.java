package switchd.daemon.selftest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import switchd.core.HostException;
import switchd.core.PermissionException;
import switchd.core.SyscallException;
import switchd.daemon.host.Writer;
import switchd.daemon.selftest.Report.Result;

final class SelftestTest {
    private final SyscallException busy = new SyscallException("ioctl(BRDGADD, feth0)", 16);

    private static Report run(BrokenBed bed, boolean keep) throws Exception {
        try (Selftest selftest = new Selftest(bed, List.of(Writer.AUTO), keep)) {
            return selftest.run();
        }
    }

    @Test
    void whatComesAfterAFailedStepIsReportedAsNotRun() throws Exception {
        BrokenBed bed = new BrokenBed(busy, List.of());
        Report report = run(bed, false);

        assertThat(report.result()).isEqualTo(Result.FAILED);
        assertThat(report.checks().getFirst())
                .isEqualTo(
                        new Report.Row(
                                "bridge",
                                "",
                                Result.FAILED,
                                "",
                                new Report.Failure(
                                        "ioctl(BRDGADD, feth0): EBUSY (16)",
                                        "ioctl(BRDGADD, feth0)",
                                        "EBUSY (16)",
                                        "another program has what the self-test wants to use")));
        assertThat(report.checks())
                .filteredOn(row -> row.result() == Result.NOT_RUN)
                .hasSizeGreaterThan(20)
                .allMatch(row -> row.detail().endsWith(" has failed"));
        assertThat(bed.closed()).isOne();
    }

    @Test
    void theCallBehindAFailureIsFound() throws Exception {
        Report report = run(new BrokenBed(new HostException("no bridge", busy), List.of()), false);

        assertThat(report.checks().getFirst().failure())
                .extracting(Report.Failure::call, Report.Failure::errno)
                .containsExactly("ioctl(BRDGADD, feth0)", "EBUSY (16)");
    }

    @Test
    void whatIsLeftIsAFailure() throws Exception {
        Report report = run(new BrokenBed(busy, List.of("feth0", "feth1")), false);

        assertThat(report.checks().getLast().check()).isEqualTo("nothing is left");
        assertThat(report.checks().getLast().failure())
                .extracting(Report.Failure::what)
                .isEqualTo("still there: feth0, feth1");
    }

    @Test
    void whatCouldNotBeMadeIsNotKept() throws Exception {
        BrokenBed bed = new BrokenBed(busy, List.of());
        Report report = run(bed, true);

        assertThat(report.standing()).isEmpty();
        assertThat(bed.closed()).isOne();
    }

    @Test
    void withoutPrivilegesThereIsNoReport() {
        BrokenBed bed = new BrokenBed(new PermissionException("takes root", busy), List.of());

        assertThatThrownBy(() -> run(bed, false)).isInstanceOf(PermissionException.class);
        assertThat(bed.closed()).isOne();
    }
}
