package switchd.daemon.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/// The command of an installed switchd: it becomes java at once, as bin/switchd does in the end.
final class Launcher {
    private static final String RESOURCE = "launch.sh";

    private Launcher() {}

    /// The script.
    ///
    /// @param java absolute path of the JDK's launcher
    /// @param lib absolute path of the folder of jars
    static String text(String java, String lib) {
        return """
        #!/bin/sh
        # Written by `switchd install`.
        set -eu

        %s
        launch %s %s "$@"
        """
                .formatted(common(), quoted(java), quoted(lib));
    }

    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }

    private static String common() {
        try (InputStream in = Launcher.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + " is missing from this build");
            }
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
