package switchd.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import switchd.core.Kernel;

/// What the process has to say of itself.
final class DaemonReport {
    private static final double NANOS_PER_MILLI = 1e6;
    private static final Path MEMORY = Path.of("/proc/self/status");
    private static final String RESIDENT = "VmRSS:";

    private DaemonReport() {}

    /// @param started by the wall clock
    /// @param up for so many nanoseconds, by the clock that nobody sets
    /// @param longestTurn nanoseconds
    static Status.DaemonStatus of(Instant started, long up, long longestTurn) {
        return new Status.DaemonStatus(
                Version.current(),
                ProcessHandle.current().pid(),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                started,
                TimeUnit.NANOSECONDS.toSeconds(up),
                memory(),
                Math.round(longestTurn / NANOS_PER_MILLI * 1000) / 1000.0);
    }

    private static Status.Memory memory() {
        Runtime runtime = Runtime.getRuntime();
        return new Status.Memory(
                resident(), runtime.totalMemory() - runtime.freeMemory(), runtime.maxMemory());
    }

    private static @Nullable Long resident() {
        if (Kernel.current() != Kernel.LINUX) {
            return null;
        }
        try (var lines = Files.lines(MEMORY)) {
            return lines.filter(line -> line.startsWith(RESIDENT))
                    .map(line -> line.replaceAll("\\D", ""))
                    .map(kilobytes -> Long.parseLong(kilobytes) * 1024)
                    .findFirst()
                    .orElse(null);
        } catch (IOException | NumberFormatException _) {
            return null; // nothing depends on it
        }
    }
}
