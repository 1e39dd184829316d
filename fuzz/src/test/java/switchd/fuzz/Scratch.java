package switchd.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A file for parsers that read one; it goes with the JVM.
public final class Scratch {
    private static final Path FILE = create();

    private Scratch() {}

    /// The file, with this content.
    public static Path file(byte[] content) throws IOException {
        return Files.write(FILE, content);
    }

    private static Path create() {
        try {
            Path file = Files.createTempFile("fuzz", ".json");
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
