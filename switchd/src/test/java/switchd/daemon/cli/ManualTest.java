package switchd.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import switchd.daemon.config.Config;
import switchd.daemon.config.Keys;
import switchd.daemon.config.Setting;
import switchd.daemon.lab.Job;

/// The man pages, as man and mandoc show them.
@Timeout(60)
final class ManualTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir private Path folder = Path.of("");

    private static int execute(StringWriter out, String... words) {
        return Main.commandLine().setOut(new PrintWriter(out)).execute(words);
    }

    private Path page(int section) throws Exception {
        StringWriter out = new StringWriter();
        assertThat(execute(out, "manual", Integer.toString(section))).isZero();
        return Files.writeString(folder.resolve("page." + section), out.toString());
    }

    private static String run(String... command) {
        boolean installed =
                Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                        .anyMatch(place -> Files.isExecutable(Path.of(place, command[0])));
        assumeTrue(installed, "needs " + command[0]);
        Map<String, String> environment =
                Map.of("MANWIDTH", "80", "LC_ALL", "C.UTF-8", "MAN_KEEP_FORMATTING", "");
        try (Job job = Job.start(List.of(command), environment)) {
            assertThat(job.awaitExit(PATIENCE)).as(job.output()).isZero();
            return job.output();
        }
    }

    /// What a reader sees, in one line.
    private String shown(int section) throws Exception {
        String text = run("man", "--nh", "--nj", "-l", "-Tutf8", page(section).toString());
        return text.replaceAll("\u001b\\[[0-9;]*m|.\b", "").replaceAll("\\s+", " ");
    }

    /// Both streams are one here: a page of which man has something to say is not clean.
    @ParameterizedTest
    @ValueSource(ints = {8, 5})
    void manHasNothingToComplainOf(int section) throws Exception {
        String complaints =
                run(
                        "sh",
                        "-c",
                        "man --warnings=w -E UTF-8 -l -Tutf8 -Z "
                                + page(section)
                                + " 2>&1 >/dev/null");

        assertThat(complaints).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 5})
    void mandocHasNothingToComplainOf(int section) throws Exception {
        assertThat(run("mandoc", "-T", "lint", "-W", "warning", page(section).toString()))
                .isEmpty();
    }

    @Test
    void everyCommandAndOptionIsInThePage() throws Exception {
        String text = shown(8);

        for (CommandSpec command : HelpTest.commands()) {
            if (command.usageMessage().hidden()) {
                continue;
            }
            assertThat(text).contains(command.qualifiedName());
            for (OptionSpec option : command.options()) {
                assertThat(text).contains(option.names());
                assertThat(text).contains(words(String.join(" ", option.description())));
            }
        }
        assertThat(text).doesNotContain("switchd manual");
    }

    private static String words(String text) {
        return text.replace("`", "").replaceAll("\\s+", " ").strip();
    }

    @Test
    void thePageHasWhatReadersLookFor() throws Exception {
        assertThat(shown(8))
                .containsSubsequence(
                        "NAME switchd - gives",
                        "SYNOPSIS switchd [OPTIONS]",
                        "DESCRIPTION",
                        "OPTIONS",
                        "COMMANDS",
                        "ENVIRONMENT",
                        "FILES",
                        "SIGNALS",
                        "EXIT STATUS",
                        "EXAMPLES sudo switchd --bridge br0",
                        "SEE ALSO switchd.json(5)");
        for (Setting setting : Setting.values()) {
            assertThat(shown(8)).contains(setting.variable());
        }
    }

    @Test
    void everyKeyIsInThePageOfTheFile() throws Exception {
        String text = shown(5);

        keys(Config.class)
                .forEach(key ->
                        assertThat(text).contains(key.name() + " (", words(key.key().value())));
        assertThat(text).contains("NAME switchd.json - configuration", "networks[]", "control");
    }

    private static List<Keys.Entry> keys(Class<? extends Record> type) {
        List<Keys.Entry> all = new ArrayList<>();
        for (Keys.Entry key : Keys.of(type)) {
            all.add(key);
            Class<? extends Record> below = key.record();
            if (below != null) {
                all.addAll(keys(below));
            }
        }
        return all;
    }

    @Test
    void allFilesAreWrittenWhereTheirReadersLook() {
        assertThat(execute(new StringWriter(), "manual", "--write", folder.toString())).isZero();

        assertThat(
                        List.of(
                                "man/man8/switchd.8",
                                "man/man5/switchd.json.5",
                                "bash-completion/completions/switchd",
                                "zsh/site-functions/_switchd",
                                "fish/vendor_completions.d/switchd.fish"))
                .allSatisfy(file -> assertThat(folder.resolve("share/" + file)).isNotEmptyFile());
    }

    @Test
    void whatCannotBeWrittenIsTold() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));

        assertThat(execute(new StringWriter(), "manual", "--write", file.toString()))
                .isEqualTo(ExitStatus.UNAVAILABLE);
    }
}
