package switchd.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The seeds in the repository: bytes as kernels and peers really send them, and every input that
/// has ever found a fault.
final class Corpus {
    /// From where tests run, the folder of the module.
    static final Path ROOT = Path.of("src", "test", "resources", "corpus").toAbsolutePath();

    private Corpus() {}

    /// The folder of a target's seeds.
    static Path of(Target target) {
        return ROOT.resolve(target.corpus());
    }

    /// The files of a folder.
    static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }
}
