package switchd.daemon.darwin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import switchd.core.PermissionException;
import switchd.daemon.selftest.DarwinTestBed;
import switchd.daemon.selftest.Report;
import switchd.daemon.selftest.Report.Result;
import switchd.daemon.selftest.Selftest;
import switchd.darwin.Interfaces;
import switchd.darwin.testkit.FakeXnu;
import switchd.darwin.testkit.Profile;

/// The self-test, on a macOS kernel in memory.
@Timeout(120)
final class SelftestOnMacTest {
    private static final int ADDRESS = 0xc612_0001;

    /// The kernel in memory has its own way to give a bridge an address of the host.
    private static final class Bed extends DarwinTestBed {
        private final FakeXnu process;

        Bed(FakeXnu process) {
            super(_ -> process);
            this.process = process;
        }

        @Override
        public Integer giveAddress() {
            process.address(bridge().value(), new byte[] {(byte) 198, 18, 0, 1});
            return ADDRESS;
        }
    }

    private static Report run(FakeXnu process) throws Exception {
        Bed bed = new Bed(process);
        try (Selftest selftest = new Selftest(bed, bed.writers(), false)) {
            return selftest.run();
        }
    }

    private static List<String> interfaces(FakeXnu process) throws Exception {
        return Interfaces.list(process).stream().map(entry -> entry.name().value()).toList();
    }

    @ParameterizedTest
    @EnumSource(
            value = Profile.class,
            names = {"MACOS11", "MACOS15"})
    void everyCheckIsMadeWithEachWriterAndNothingIsLeft(Profile profile) throws Exception {
        FakeXnu process = FakeXnu.boot(profile).spawn(0);
        List<String> before = interfaces(process);

        Report report = run(process);

        String table =
                report.checks().stream()
                        .map(Report.Row::toString)
                        .collect(Collectors.joining("\n"));
        assertThat(report.result()).as(table).isEqualTo(Result.PASSED);
        assertThat(report.checks()).noneMatch(row -> row.result() == Result.NOT_RUN);
        assertThat(report.checks())
                .filteredOn(row -> row.result() == Result.LIMITED)
                .allMatch(row -> row.check().equals("longest frames, tagged"));
        assertThat(report.figures())
                .extracting(Report.Figures::writer)
                .containsExactly("ndrv", "bpf");
        assertThat(interfaces(process)).isEqualTo(before);
        assertThat(process.descriptors()).isZero();
        assertThat(process.files().exists("/var/run/switchd")).isFalse();
    }

    @Test
    void itTakesRoot() throws Exception {
        FakeXnu kernel = FakeXnu.boot(Profile.MACOS15);

        assertThatThrownBy(() -> run(kernel.spawn(501))).isInstanceOf(PermissionException.class);
    }
}
