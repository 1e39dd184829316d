package switchd.daemon.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import switchd.core.UsageException;

/// Paths, as typed.
final class Paths {
    private Paths() {}

    /// @param option for the message
    /// @throws UsageException where it is no path in the locale's encoding
    static String absolute(String option, String path) throws UsageException {
        try {
            return Path.of(path).toAbsolutePath().toString();
        } catch (InvalidPathException e) {
            throw new UsageException(
                    option
                            + ": "
                            + e.getMessage()
                            + ": give a path in ASCII, or run it in a UTF-8 locale");
        }
    }
}
