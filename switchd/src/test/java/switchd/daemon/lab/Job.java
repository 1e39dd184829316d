package switchd.daemon.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// A background process and all it has printed (both streams, as UTF-8).
public final class Job implements AutoCloseable {
    private final String name;
    private final Process process;
    private final Thread reader;
    private final StringBuilder output = new StringBuilder();
    private boolean ended;

    private Job(List<String> command, Process process) {
        this.name = String.join(" ", command);
        this.process = process;
        this.reader = Thread.ofVirtual().name("output of " + command.getFirst()).start(this::read);
    }

    public static Job start(String... command) {
        return start(List.of(command), Map.of());
    }

    /// @param environment added to this JVM's own
    public static Job start(List<String> command, Map<String, String> environment) {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        try {
            return new Job(command, builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public String output() {
        synchronized (output) {
            return output.toString();
        }
    }

    /// Writes to the process's standard input.
    public void write(String text) {
        try {
            process.getOutputStream().write(text.getBytes(UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new AssertionError(describe("takes no input: " + e.getMessage()), e);
        }
    }

    /// Ends the process's standard input.
    public void closeInput() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            throw new AssertionError(describe("takes no input: " + e.getMessage()), e);
        }
    }

    /// The first match of `regex` (`^` and `$` are line ends) in the output. Fails when `timeout`
    /// is over, and at once when the process has ended without printing it.
    public MatchResult awaitOutput(String regex, Duration timeout) {
        return awaitOutput(Pattern.compile(regex, Pattern.MULTILINE), 0, timeout);
    }

    /// As above, in the output from character `from` on.
    public MatchResult awaitOutput(Pattern pattern, int from, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        synchronized (output) {
            while (true) {
                var matcher = pattern.matcher(output).region(from, output.length());
                if (matcher.find()) {
                    return matcher.toMatchResult();
                }
                long left = deadline - System.nanoTime();
                if (ended || left <= 0) {
                    throw new AssertionError(describe("did not print " + pattern));
                }
                try {
                    TimeUnit.NANOSECONDS.timedWait(output, Math.max(left, 1_000_000));
                } catch (InterruptedException e) {
                    throw interrupted(e);
                }
            }
        }
    }

    /// The exit status; fails when the process runs longer than `timeout`.
    public int awaitExit(Duration timeout) {
        try {
            if (!process.waitFor(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new AssertionError(describe("still runs after " + timeout));
            }
            reader.join(Duration.ofSeconds(2));
            return process.exitValue();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /// Ends the process with SIGTERM, as an operator does; returns its exit status.
    public int terminate(Duration timeout) {
        process.destroy();
        return awaitExit(timeout);
    }

    /// Ends the process and those it has started with SIGKILL.
    public void kill() {
        List<ProcessHandle> started = process.descendants().toList();
        process.destroyForcibly();
        started.forEach(ProcessHandle::destroyForcibly);
        awaitExit(Await.SHORT);
    }

    /// Kills the process if it still runs, and waits until it is gone. Closing twice is no error.
    @Override
    public void close() {
        kill();
    }

    String describe(String what) {
        String state = process.isAlive() ? "running" : "ended with " + process.exitValue();
        return "%s (%s) %s; it printed:%n%s".formatted(name, state, what, output());
    }

    static IllegalStateException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("interrupted while waiting", e);
    }

    private void read() {
        var chunk = new char[8192];
        try (var in = new InputStreamReader(process.getInputStream(), UTF_8)) {
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                synchronized (output) {
                    output.append(chunk, 0, n);
                    output.notifyAll();
                }
            }
        } catch (IOException e) {
            // The stream was closed under us: the process has ended.
        } finally {
            synchronized (output) {
                ended = true;
                output.notifyAll();
            }
        }
    }
}
