package switchd.bench.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import switchd.daemon.lab.Job;

/// The programs in C, compiled by the system's compiler.
///
/// @param traffic the generator
/// @param cSwitch the baseline
record Programs(Path traffic, Path cSwitch) {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> FLAGS =
            List.of("-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-pthread");

    /// Compiles them.
    ///
    /// @param sources the folder that they are in
    /// @param to the folder that they go to
    static Programs compile(Path sources, Path to) {
        try {
            Files.createDirectories(to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Programs(
                compile(sources, to.resolve("traffic"), "traffic", "flow", "ping", "shim", "end"),
                compile(sources, to.resolve("switch"), "switch", "end"));
    }

    private static Path compile(Path sources, Path program, String... units) {
        List<String> command = new ArrayList<>(List.of("cc"));
        command.addAll(FLAGS);
        command.addAll(List.of("-o", program.toString()));
        for (String unit : units) {
            command.add(sources.resolve(unit + ".c").toString());
        }
        try (Job compiler = Job.start(command, Map.of())) {
            int status = compiler.awaitExit(PATIENCE);
            if (status != 0) {
                throw new IllegalStateException(
                        "cc: %s: exit status %d: install gcc and libc6-dev:%n%s"
                                .formatted(program.getFileName(), status, compiler.output()));
            }
        }
        return program;
    }
}
