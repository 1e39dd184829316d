package switchd.daemon.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import switchd.core.HostException;

/// Runs programs of the system, with nothing of the caller's environment.
final class Program {
    private static final long PATIENCE_SECONDS = 120;
    private static final long GONE_SECONDS = 20;
    private static final int LONGEST_OUTPUT = 4 * 1024;
    private static final List<String> FOLDERS = List.of("/usr/bin", "/bin", "/usr/sbin", "/sbin");

    private Program() {}

    /// The absolute path of a program of the system.
    ///
    /// @throws HostException where there is none
    static String find(String name) throws HostException {
        return FOLDERS.stream()
                .map(folder -> folder + "/" + name)
                .filter(path -> Files.isExecutable(Path.of(path)))
                .findFirst()
                .orElseThrow(() ->
                        new HostException(
                                "there is no "
                                        + name
                                        + " in "
                                        + String.join(", ", FOLDERS)
                                        + ": without it no service can be installed here"));
    }

    /// Runs a program to its end.
    ///
    /// @param command its absolute path and its arguments
    /// @throws HostException where it fails, with what it said
    static void run(List<String> command) throws HostException {
        Ended ended = end(command);
        if (ended.status != 0) {
            throw new HostException(
                    "`%s` failed with exit status %d: %s"
                            .formatted(String.join(" ", command), ended.status, ended.said));
        }
    }

    /// Runs a program again and again until it fails.
    ///
    /// @throws HostException where it goes on to succeed
    static void awaitFailure(List<String> command) throws HostException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(GONE_SECONDS);
        while (succeeds(command)) {
            if (System.nanoTime() > deadline) {
                throw new HostException(
                        "`%s` still succeeds after %d s, and should have come to fail"
                                .formatted(String.join(" ", command), GONE_SECONDS));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
        }
    }

    /// True where a program ends with 0, whatever it says.
    static boolean succeeds(List<String> command) throws HostException {
        return end(command).status == 0;
    }

    private record Ended(int status, String said) {}

    private static Ended end(List<String> command) throws HostException {
        String text = String.join(" ", command);
        try {
            Path output = Files.createTempFile("switchd", ".out");
            try {
                Process process = builder(command, output).start();
                if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new HostException(
                            "`" + text + "` is not done after " + PATIENCE_SECONDS + " s");
                }
                return new Ended(process.exitValue(), said(output));
            } finally {
                Files.delete(output);
            }
        } catch (IOException e) {
            throw new HostException("cannot run `" + text + "`: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HostException("interrupted while `" + text + "` ran");
        }
    }

    private static ProcessBuilder builder(List<String> command, Path output) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(Map.of("PATH", String.join(":", FOLDERS), "LC_ALL", "C"));
        return builder.redirectInput(new File("/dev/null")).redirectOutput(output.toFile());
    }

    private static String said(Path output) throws IOException {
        try (InputStream in = Files.newInputStream(output)) {
            return new String(in.readNBytes(LONGEST_OUTPUT), UTF_8).strip();
        }
    }
}
