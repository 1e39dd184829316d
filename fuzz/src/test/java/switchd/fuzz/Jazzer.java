package switchd.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import switchd.core.Kernel;

/// One run of the fuzzer over one class, in a JVM of its own: what it loads is rewritten there to
/// tell what an input reaches.
///
/// An input that takes longer than a minute (the first one loads the program), or that needs more
/// memory than the JVM has, is a finding as an exception is.
final class Jazzer {
    private static final Pattern PROGRESS =
            Pattern.compile("^#\\d+\\s+\\w+\\s+cov: (\\d+) ft: (\\d+)", Pattern.MULTILINE);
    private static final Pattern EXECUTIONS =
            Pattern.compile("^stat::number_of_executed_units: (\\d+)", Pattern.MULTILINE);

    private final Class<?> target;
    private final Kernel kernel;
    private final Path work;
    private final List<String> jvm = new ArrayList<>();
    private final List<String> options = new ArrayList<>();

    /// What a run has come to.
    ///
    /// @param executions how many inputs were run
    /// @param coverage branches of the program that were reached
    /// @param features branches, each with how often it was taken: what a new input is kept for
    /// @param findings inputs that found a fault
    /// @param output all that was said
    record Result(
            long executions, int coverage, int features, List<Path> findings, String output) {}

    /// @param work a folder for what the run leaves
    Jazzer(Class<?> target, Kernel kernel, Path work) {
        this.target = target;
        this.kernel = kernel;
        this.work = work;
    }

    /// Adds options of the JVM.
    Jazzer jvm(String... more) {
        jvm.addAll(List.of(more));
        return this;
    }

    /// Adds options of Jazzer and libFuzzer.
    Jazzer options(String... more) {
        options.addAll(List.of(more));
        return this;
    }

    /// Runs it.
    ///
    /// @param corpora folders of inputs to begin with; what is new and of interest goes to the
    ///   first
    /// @param patience in seconds, until the run is ended as one that hangs
    Result run(List<Path> corpora, long patience) throws IOException, InterruptedException {
        Path findings = Files.createDirectories(work.resolve("findings"));
        Path log = work.resolve("log");
        Process process =
                new ProcessBuilder(command(findings, corpora))
                        .directory(work.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        try {
            if (!process.waitFor(patience, TimeUnit.SECONDS)) {
                throw new IOException("the fuzzer hangs: see " + log);
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
        Result result = read(Files.readString(log), Corpus.files(findings));
        if (process.exitValue() != 0 && result.findings.isEmpty()) {
            throw new IOException("the fuzzer fails: " + result.output);
        }
        return result;
    }

    private List<String> command(Path findings, List<Path> corpora) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvm);
        command.addAll(
                List.of(
                        "-Xmx512m",
                        "-XX:+UseSerialGC",
                        "-XX:+EnableDynamicAgentLoading",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-Dswitchd.host=" + kernel.name().toLowerCase(Locale.ROOT),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "com.code_intelligence.jazzer.Jazzer",
                        "--target_class=" + target.getName(),
                        "--instrumentation_includes=switchd.**",
                        "--reproducer_path=" + work,
                        "-artifact_prefix=" + findings + "/",
                        "-timeout=60",
                        "-report_slow_units=60",
                        "-print_final_stats=1"));
        command.addAll(options);
        corpora.forEach(corpus -> command.add(corpus.toString()));
        return command;
    }

    private static Result read(String output, List<Path> findings) {
        Matcher progress = PROGRESS.matcher(output);
        List<MatchResult> all = progress.results().toList();
        Matcher executions = EXECUTIONS.matcher(output);
        return new Result(
                executions.find() ? Long.parseLong(executions.group(1)) : 0,
                all.isEmpty() ? 0 : Integer.parseInt(all.getLast().group(1)),
                all.isEmpty() ? 0 : Integer.parseInt(all.getLast().group(2)),
                findings,
                output);
    }
}
