package switchd.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import switchd.daemon.lab.Job;

/// The scripts, each read by its shell, which is then asked for what may follow.
@Timeout(60)
final class CompletionTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir private Path folder = Path.of("");

    private Path found = Path.of("");

    /// A program that has two ports stands in for the one that asks a daemon.
    @BeforeEach
    void thereAreTwoPorts() throws Exception {
        found = folder.resolve("found");
        Path program = folder.resolve("switchd");
        Files.writeString(
                program,
                """
                #!/bin/sh
                [ "$*" = "port ls" ] && printf 'NAME  STATE\\nweb   down\\ndb    down\\n'
                """);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    }

    private String path() {
        return folder + File.pathSeparator + System.getenv("PATH");
    }

    private Path script(String shell) throws Exception {
        StringWriter out = new StringWriter();
        int status = Main.commandLine().setOut(new PrintWriter(out)).execute("completion", shell);
        assertThat(status).isZero();
        return Files.writeString(folder.resolve("script"), out.toString());
    }

    /// What the shell offers for the last word of `line`.
    private List<String> complete(String shell, String line) throws Exception {
        boolean installed =
                Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, shell)));
        assumeTrue(installed, "needs " + shell + " (apt-get install " + shell + ")");
        Path script = script(shell);
        List<String> offered =
                switch (shell) {
                    case "bash" -> bash(script, line);
                    case "zsh" -> zsh(script, line);
                    default -> fish(script, line);
                };
        return offered.stream().filter(word -> !word.isBlank()).map(String::strip).toList();
    }

    private List<String> bash(Path script, String line) {
        String words = line.endsWith(" ") ? line + "''" : line;
        String program =
                "set -u; source %s; COMP_WORDS=(%s); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _switchd;"
                                .formatted(script, words)
                        + " [ ${#COMPREPLY[@]} -eq 0 ] || printf '%s\\n' \"${COMPREPLY[@]}\"";
        return run("bash", "--norc", "--noprofile", "-c", program);
    }

    private List<String> fish(Path script, String line) {
        return run("fish", "--no-config", "-c", "source " + script + "; complete -C '" + line + "'")
                .stream()
                .map(offer -> offer.split("\t", 2)[0])
                .toList();
    }

    private List<String> run(String... command) {
        Map<String, String> home = Map.of("HOME", folder.toString(), "PATH", path());
        try (Job job = Job.start(List.of(command), home)) {
            assertThat(job.awaitExit(PATIENCE)).as(job.output()).isZero();
            return job.output().lines().toList();
        }
    }

    /// zsh completes for people only.
    private List<String> zsh(Path script, String line) throws Exception {
        Path capture = folder.resolve("capture.zsh");
        try (var in = CompletionTest.class.getResourceAsStream("capture.zsh")) {
            Files.write(capture, Objects.requireNonNull(in).readAllBytes());
        }
        Map<String, String> environment =
                Map.of(
                        "SCRIPT", script.toString(),
                        "FOUND", found.toString(),
                        "TERM", "dumb",
                        "PATH", path(),
                        "ZDOTDIR", folder.toString());
        List<String> command = List.of("script", "-qec", "zsh -f -i", "/dev/null");
        try (Job job = Job.start(command, environment)) {
            job.write("source " + capture + "\n");
            job.awaitOutput("^ready", PATIENCE);
            job.write(line + "\t");
            job.awaitExit(PATIENCE);
        }
        return Files.exists(found) ? Files.readAllLines(found) : List.of();
    }

    /// In every shell.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    "switchd dem"                   | demo
                    "switchd completion "           | bash zsh fish
                    "switchd completion f"          | fish
                    "switchd --writ"                | --writer
                    "switchd --writer "             | ndrv bpf
                    "switchd --writer b"            | bpf
                    "switchd --bridge br0 --is"     | --isolated
                    "switchd --name demo --isol"    | --isolated
                    "switchd selftest --k"          | --keep
                    "switchd selftest --writer n"   | ndrv
                    "switchd --mac "                |
                    "switchd --owner roo"           | root
                    "switchd --interface l"         | lo
                    "switchd port sho"              | show
                    "switchd port show "            | db web
                    "switchd port rm w"             | web
                    "switchd run --port d"          | db
                    "switchd capture web --fil"     | --filter
                    """)
    void aShellOffersWhatMayFollow(String line, String offers) throws Exception {
        List<String> expected = offers == null ? List.of() : List.of(offers.split(" "));
        for (String shell : List.of("bash", "zsh", "fish")) {
            List<String> offered = new ArrayList<>(complete(shell, line));
            Files.deleteIfExists(found);
            assertThat(offered).as(shell).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh", "fish"})
    void allCommandsAndOptionsAreOffered(String shell) throws Exception {
        List<String> commands =
                Main.commandLine().getSubcommands().values().stream()
                        .filter(command -> !command.getCommandSpec().usageMessage().hidden())
                        .map(command -> command.getCommandSpec().name())
                        .toList();
        assertThat(complete(shell, "switchd ")).containsAll(commands).doesNotContain("manual");
        Files.deleteIfExists(found);
        assertThat(complete(shell, "switchd --"))
                .contains("--bridge", "--isolated", "--mac", "--writer", "--help", "--version");
    }

    @ParameterizedTest
    @ValueSource(strings = {"zsh", "fish"})
    void filesAreOfferedWhereAPathIsExpected(String shell) throws Exception {
        assertThat(complete(shell, "switchd --socket " + folder + "/scr"))
                .singleElement()
                .asString()
                .endsWith("script");
    }

    /// Where the function offers nothing, bash itself offers files; but not for what is no file.
    @Test
    void bashOffersFiles() throws Exception {
        assertThat(complete("bash", "switchd --socket /etc/host")).isEmpty();
        assertThat(run("bash", "-c", "source " + script("bash") + "; complete -p switchd"))
                .containsExactly("complete -o bashdefault -o default -F _switchd switchd");
    }
}
