package switchd.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import switchd.core.Kernel;

/// The fuzzer itself, for as many inputs as take seconds, from the same beginning each time. What
/// it cannot find in that time `bin/fuzz` looks for.
class ShortRunTest {
    private static final int RUNS = 2_000;
    private static final int PATIENCE = 300;

    @TempDir private Path work;

    @Test
    void noFaultIsFoundFromTheSeeds() throws IOException, InterruptedException {
        Path seeds = Files.createDirectory(work.resolve("seeds"));
        for (int i = 0; i < EveryTarget.TARGETS.size(); i++) {
            for (Path seed : Corpus.files(Corpus.of(EveryTarget.TARGETS.get(i)))) {
                byte[] bytes = Files.readAllBytes(seed);
                byte[] chosen = new byte[bytes.length + 1];
                chosen[0] = (byte) i;
                System.arraycopy(bytes, 0, chosen, 1, bytes.length);
                Files.write(seeds.resolve(i + "-" + seed.getFileName()), chosen);
            }
        }
        Jazzer.Result result = run(EveryTarget.class, RUNS, List.of(seeds));
        assertThat(result.findings()).as(result.output()).isEmpty();
        assertThat(result.executions()).isGreaterThanOrEqualTo(RUNS);
        assertThat(result.coverage()).as("branches reached").isGreaterThan(2_000);
    }

    @Test
    void aPlantedFaultIsFound() throws IOException, InterruptedException {
        Path empty = Files.createDirectory(work.resolve("empty"));
        Jazzer.Result result = run(PlantedFault.class, 1_000_000, List.of(empty));
        assertThat(result.findings()).hasSize(1);
        assertThat(Files.readString(result.findings().getFirst())).startsWith("switch");
    }

    private Jazzer.Result run(Class<?> target, int runs, List<Path> corpora)
            throws IOException, InterruptedException {
        return new Jazzer(target, Kernel.current(), work)
                .jvm("-XX:TieredStopAtLevel=1")
                .options("-seed=1", "-runs=" + runs)
                .run(corpora, PATIENCE);
    }
}
