package switchd.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/// What is made of the commands for a command line.
final class CommandsTest {
    static final List<String> NAMES = Commands.NAMES;

    private static CommandLine of(String... words) {
        return Main.commandLine(() -> {}, words);
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void aCommandThatIsNamedIsMadeAloneAndKnowsItsName(String name) {
        CommandLine program = of(name, "--quux");

        assertThat(program.getSubcommands()).containsOnlyKeys(name);
        Object command = program.getSubcommands().values().iterator().next().getCommand();
        assertThat(CommandSpec.forAnnotatedObject(command).name()).isEqualTo(name);
    }

    @Test
    void theDaemonNeedsNone() {
        assertThat(of("--isolated", "--name", "web").getSubcommands()).isEmpty();
    }

    @Test
    void aWordBehindOptionsIsACommandAsWell() {
        assertThat(of("--verbose", "status", "--help").getSubcommands()).containsOnlyKeys("status");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "-vh",
                "--isolated --help",
                "status --help",
                "port --help",
                "port add --help",
                "--quux",
                "statsu",
                "port ad web",
                "run --port web"
            })
    void helpAndComplaintsAreThoseOfTheProgramWithAll(String line) {
        String[] words = line.split(" ");

        assertThat(said(of(words), words)).isEqualTo(said(Main.commandLine(), words));
    }

    private static String said(CommandLine program, String... words) {
        StringWriter said = new StringWriter();
        PrintWriter writer = new PrintWriter(said, true);
        int status = program.setOut(writer).setErr(writer).execute(words);
        assertThat(said.toString()).isNotBlank();
        return status + "\n" + said;
    }
}
