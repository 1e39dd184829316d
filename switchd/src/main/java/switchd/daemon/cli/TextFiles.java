package switchd.daemon.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import switchd.core.HostException;

/// Files that the program writes of itself, for the build and for packages.
final class TextFiles {
    private TextFiles() {}

    /// Writes them, and makes the folders that they are in.
    ///
    /// @param files their texts, by paths below the directory
    /// @throws HostException where one cannot be written
    static void write(Path directory, Map<String, String> files) throws HostException {
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path path = directory.resolve(file.getKey());
            try {
                Files.createDirectories(path.getParent());
                Files.writeString(path, file.getValue());
            } catch (IOException e) {
                throw new HostException("writing " + path + ": " + e + ": choose another --write");
            }
        }
    }
}
