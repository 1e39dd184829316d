package switchd.bench.rig;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import switchd.daemon.lab.NeedsLab;

/// The rig itself: the daemon and the baseline move frames and both are measured; a switch that
/// loses, doubles or swaps frames is found out.
@NeedsLab({"gcc", "qemu-system-x86_64"})
@Timeout(120)
final class BenchIT {
    private static final double SHORT = 0.1;
    private static final Path ROOT =
            Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());

    @TempDir private static Path folder;

    private static Site site;
    private static Peers peers;
    private static Cells cells;

    @BeforeAll
    static void start() {
        Programs programs = Programs.compile(ROOT.resolve("bench/src/main/c"), folder);
        site = new Site(ROOT, programs, 1500);
        peers = new Peers(site);
        cells = new Cells(site);
    }

    @AfterAll
    static void end() {
        site.close();
    }

    @Test
    void theDaemonIsMeasuredBesideTheBaseline() {
        List<Contestant> contestants = List.of(peers.cBridged("C"), peers.bridged("switchd", 1));
        List<Cell> both =
                List.of(
                        cells.there("there", 1514),
                        cells.back("back", 64),
                        cells.ping("ping", 100));

        Result result =
                new Rounds(1, SHORT, 0, _ -> {}).run("it", "it", contestants, both, List.of());

        assertThat(result.rows())
                .as("%s", result.invalid())
                .hasSize(6)
                .allSatisfy(row ->
                        assertThat(row.values())
                                .containsKey(row.cell().equals("ping") ? Metric.P50 : Metric.CPU)
                                .allSatisfy((_, value) -> assertThat(value.median()).isPositive()))
                .filteredOn(row -> row.contestant().equals("switchd"))
                .allSatisfy(row -> assertThat(row.ratios()).isNotEmpty());
    }

    @Test
    void framesGoThroughQemuBothWays() {
        Contestant qemu = peers.qemu();
        Cells few = new Cells(site, 64);

        for (Cell cell : List.of(few.there("there", 1514), few.back("back", 64))) {
            Sample sample = cell.run().of(qemu, SHORT);

            assertThat(sample.fault()).isEmpty();
            assertThat(sample.values()).containsKeys(Metric.FRAMES, Metric.CPU);
        }
    }

    @Test
    void aSpoiltFrameIsFound() {
        for (String[] spoilt :
                new String[][] {{"lose", "lost"}, {"double", "duplicate"}, {"swap", "reordered"}}) {
            Contestant bad = peers.cBridged("bad", "--spoil", spoilt[0]);

            Sample sample = cells.there("there", 64).run().of(bad, SHORT);

            assertThat(sample.fault()).contains(spoilt[1]);
        }
    }
}
