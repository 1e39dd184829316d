package switchd.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

final class SwitchdCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int execute(String... arguments) {
        return Main.commandLine(() -> {}, arguments)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ''                                       | give one of --bridge, --interface and --isolated
                    --mac auto                               | give one of --bridge, --interface and --isolated
                    --bridge br0 --isolated                  | give one of --bridge, --interface and --isolated
                    --bridge br0 --interface eth0            | give one of --bridge, --interface and --isolated
                    --bridge sixteen-letters-                | --bridge: an interface name has at most 15 characters
                    --bridge a/b                             | --bridge: not an interface name: 'a/b'
                    --bridge ..                              | --bridge: not an interface name: '..'
                    --interface sixteen-letters-             | --interface: an interface name has at most 15 characters
                    --isolated --mac 52:54:00:12:34          | --mac: auto, any or an address
                    --isolated --mac 53:54:00:12:34:56       | --mac: auto, any or an address: not one VM's address
                    --isolated --mac 0:0:0:0:0:0             | --mac: auto, any or an address: not one VM's address
                    --isolated --mac Auto                    | --mac: auto, any or an address
                    --isolated --name a/b                    | --name: 1 to 32 letters, digits and dashes, not 'a/b'
                    --isolated --name ..                     | --name: 1 to 32 letters, digits and dashes, not '..'
                    --isolated --name a --name a             | --name: two ports are called a
                    --isolated --name vm1 --socket /a/s --mac auto --socket /b/s | --name: two ports are called vm1
                    --isolated --name a --socket /x/s --name b --socket /x/s | --socket: two ports are to use /x/s
                    --isolated --name a --mac 2:0:0:0:0:1 --name b --mac 02:00:00:00:00:01 | --mac: two ports have the address 02:00:00:00:00:01
                    --isolated --create-bridge               | --create-bridge goes with --bridge
                    --isolated --no-offload                  | --no-offload goes with --bridge
                    --isolated --writer raw                  | --writer: auto, ndrv or bpf is needed, not "raw"
                    --isolated --writer bpf                  | --writer is for macOS only
                    --isolated --mtu 67                      | --mtu: 68 to 65535, not 67
                    --isolated --mtu 65536                   | --mtu: 68 to 65535, not 65536
                    """)
    void whatMakesNoSenseIsToldInOneLine(String arguments, String complaint) {
        int status = execute(arguments.isEmpty() ? new String[0] : arguments.split(" +"));

        assertThat(status).isEqualTo(64);
        assertThat(err.toString()).startsWith("switchd: " + complaint).hasLineCount(1);
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--quux", "br0", "--mtu many", "--bridge", "--isolated --name"})
    void whatCannotBeParsedIsToldToo(String arguments) {
        int status = execute(arguments.split(" "));

        assertThat(status).isEqualTo(64);
        assertThat(err.toString())
                .startsWith("switchd: ")
                .endsWith(": see `switchd --help`\n")
                .hasLineCount(1);
        assertThat(out.toString()).isEmpty();
    }

    static Stream<CommandLine> everyCommand() {
        return below(Main.commandLine());
    }

    private static Stream<CommandLine> below(CommandLine command) {
        return Stream.concat(
                Stream.of(command),
                command.getSubcommands().values().stream().flatMap(SwitchdCommandTest::below));
    }

    @ParameterizedTest
    @MethodSource("everyCommand")
    void anUnknownOptionIsToldInTheSameWayByEveryCommand(CommandLine command) {
        String name = command.getCommandSpec().qualifiedName();
        List<String> words = new ArrayList<>(List.of(name.split(" ")));
        words.removeFirst();
        words.add("--quux");

        assertThat(execute(words.toArray(String[]::new))).isEqualTo(64);

        assertThat(err.toString())
                .startsWith("switchd: ")
                .endsWith(": see `" + name + " --help`\n")
                .hasLineCount(1);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void whatMayHaveBeenMeantIsAsked() {
        execute("--isolatd");

        assertThat(err.toString())
                .isEqualTo(
                        "switchd: Unknown option: '--isolatd': did you mean --isolated?: see `switchd"
                                + " --help`\n");
    }

    @Test
    void soItIsOfACommand() {
        execute("--isolated", "statsu");

        assertThat(err.toString()).contains("'statsu': did you mean", "status");
    }

    @Test
    void helpNamesEveryOptionAndEveryStatus() {
        execute("--help");

        assertThat(out.toString().replaceAll("\\s+", " "))
                .contains("--bridge", "--interface", "--isolated", "--name", "--mac", "--socket")
                .contains("--owner", "--mtu", "--verbose", "--version", "demo", "selftest")
                .contains(" 0 ", " 64 ", " 69 ", " 70 ", " 77 ");
    }

    @Test
    void theVersionIsOneLine() {
        assertThat(execute("--version")).isZero();

        assertThat(out.toString()).matches("switchd \\d+\\.\\d+\\.\\d+\\S*\\R");
    }
}
