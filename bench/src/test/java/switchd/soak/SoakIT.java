package switchd.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import switchd.daemon.lab.NeedsLab;
import switchd.soak.Verdict.Outcome;

/// The tool itself: a run of a few seconds with a few faults, all that it leaves, and its verdict.
@NeedsLab({"linux.uml", "perl"})
@Timeout(240)
final class SoakIT {
    private static final List<FaultKind> KINDS =
            List.of(FaultKind.TAP_DELETED, FaultKind.NIC_UNPLUGGED, FaultKind.KILLED);

    @TempDir private Path out;

    @Test
    void aShortRunPassesAndLeavesItsResults() throws Exception {
        Path root = Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());
        Soak soak = new Soak(root, out, 10, 10, 3, 4, 1, KINDS);

        Verdict verdict = soak.run();

        assertThat(verdict.rules())
                .as(Report.text(verdict) + Files.readString(out.resolve("daemon.log")))
                .noneMatch(rule -> rule.outcome() == Outcome.FAILED);
        assertThat(verdict.passed()).isTrue();
        assertThat(Files.readAllLines(out.resolve("samples.csv")))
                .hasSizeGreaterThan(10)
                .allMatch(line -> line.split(",", -1).length == 21);
        assertThat(out.resolve("faults.csv"))
                .content()
                .contains(KINDS.stream().map(FaultKind::label).map(Report::inTable).toList());
        assertThat(out.resolve("verdict.txt")).content().endsWith("PASSED\n");
        assertThat(out.resolve("verdict.json")).content().contains("\"passed\" : true");
        assertThat(ImageIO.read(out.resolve("soak.png").toFile()).getHeight()).isGreaterThan(1000);
    }
}
