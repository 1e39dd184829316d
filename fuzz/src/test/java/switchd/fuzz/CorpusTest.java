package switchd.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every seed through its target, without a fuzzer: whole, and cut anywhere.
class CorpusTest {
    private static final int FEWEST = 2;

    @ParameterizedTest
    @EnumSource(Target.class)
    void noSeedFindsAFault(Target target) throws IOException {
        List<Path> seeds = Corpus.files(Corpus.of(target));
        assertThat(seeds).hasSizeGreaterThanOrEqualTo(FEWEST);
        for (Path seed : seeds) {
            byte[] whole = Files.readAllBytes(seed);
            int step = Math.max(1, whole.length / 50);
            for (int length = whole.length; length >= 0; length -= step) {
                byte[] input = Arrays.copyOf(whole, length);
                assertThatCode(() -> target.run(input))
                        .as("%s, %d octets", seed, length)
                        .doesNotThrowAnyException();
            }
        }
    }

    @Test
    void everySeedHasATarget() throws IOException {
        List<String> known = Arrays.stream(Target.values()).map(Target::corpus).toList();
        assertThat(Corpus.files(Corpus.ROOT))
                .extracting(folder -> folder.getFileName().toString())
                .allMatch(known::contains);
    }
}
