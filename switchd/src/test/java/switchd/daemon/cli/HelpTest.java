package switchd.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import switchd.daemon.manual.CommandGroups;

/// The help of every command there is.
final class HelpTest {
    private static final int WIDTH = 80;

    static List<CommandSpec> commands() {
        List<CommandSpec> all = new ArrayList<>();
        collect(Main.commandLine(), all);
        return all;
    }

    private static void collect(CommandLine command, List<CommandSpec> all) {
        all.add(command.getCommandSpec());
        command.getSubcommands().values().forEach(below -> collect(below, all));
    }

    private static String help(CommandSpec command, int width) {
        command.usageMessage().autoWidth(false).width(width);
        return command.commandLine().getUsageMessage(CommandLine.Help.Ansi.OFF);
    }

    @ParameterizedTest
    @MethodSource("commands")
    void noLineIsWiderThanTheTerminal(CommandSpec command) {
        assertThat(help(command, WIDTH).lines())
                .hasSizeGreaterThan(4)
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(WIDTH));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void aWiderTerminalIsUsed(CommandSpec command) {
        assertThat(help(command, 200).lines().count())
                .isLessThan(help(command, WIDTH).lines().count());
    }

    @ParameterizedTest
    @MethodSource("commands")
    void itSaysWhatTheCommandIsForAndHowItEnds(CommandSpec command) {
        String text = help(command, WIDTH).replaceAll("\\s+", " ");

        assertThat(text).contains("Usage: " + command.qualifiedName());
        assertThat(text).containsOnlyOnce("Exit status: ").containsPattern("Exit status: .*\\b64 ");
        assertThat(text).contains("-h, --help");
        if (command.parent() != null) {
            assertThat(command.usageMessage().header()).hasSize(1);
            assertThat(command.usageMessage().header()[0]).matches("[A-Z].*\\.");
        }
    }

    @ParameterizedTest
    @MethodSource("commands")
    void noTwoEmptyLinesFollowEachOther(CommandSpec command) {
        assertThat(help(command, WIDTH)).doesNotContain("\n\n\n");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyOptionAndParameterIsDescribed(CommandSpec command) {
        assertThat(command.args())
                .isNotEmpty()
                .filteredOn(argument -> !argument.hidden())
                .allSatisfy(argument ->
                        assertThat(String.join(" ", argument.description()))
                                .as(argument.toString())
                                .matches("(?s)\\S.*[.\u2026)]"));
    }

    /// By their names: those whose values a shell can complete, and those it cannot.
    @ParameterizedTest
    @MethodSource("commands")
    void valuesHaveKnownLabels(CommandSpec command) {
        List<String> known =
                List.of(
                        "BRIDGE",
                        "NIC",
                        "PATH",
                        "FILE",
                        "DIR",
                        "USER",
                        "GROUP",
                        "PORT",
                        "NETWORK",
                        "COMMAND",
                        "NAME",
                        "MAC",
                        "BYTES",
                        "SECONDS",
                        "OCTAL",
                        "HOST:PORT",
                        "COUNT",
                        "VLAN",
                        "ADDRESS",
                        "RATE",
                        "EXPRESSION",
                        "N");
        assertThat(command.args())
                .filteredOn(HelpTest::hasValue)
                .extracting(ArgSpec::paramLabel)
                .allSatisfy(label ->
                        assertThat(label.contains("|") ? "|" : label)
                                .isIn(Stream.concat(known.stream(), Stream.of("|")).toList()));
    }

    private static boolean hasValue(ArgSpec argument) {
        return !(argument instanceof OptionSpec option) || option.arity().max() > 0;
    }

    @Test
    void everyCommandIsInOneGroupOfTheList() {
        List<String> listed =
                CommandGroups.ALL.stream().flatMap(group -> group.commands().stream()).toList();
        List<String> visible =
                Main.commandLine().getSubcommands().values().stream()
                        .map(CommandLine::getCommandSpec)
                        .filter(command -> !command.usageMessage().hidden())
                        .map(CommandSpec::name)
                        .toList();

        assertThat(listed).doesNotHaveDuplicates().containsAll(visible);
        String text = help(Main.commandLine().getCommandSpec(), WIDTH);
        assertThat(visible)
                .allSatisfy(name -> assertThat(text).containsPattern("\n  " + name + " "));
        assertThat(text).containsSubsequence("Setting up:\n", "Trying out:\n");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandTellsTheVersion(CommandSpec command) {
        StringWriter out = new StringWriter();
        CommandLine main = Main.commandLine().setOut(new PrintWriter(out));
        List<String> words = new ArrayList<>(List.of(command.qualifiedName().split(" ")));
        words.add("--version");

        assertThat(main.execute(words.subList(1, words.size()).toArray(String[]::new))).isZero();
        assertThat(out.toString()).matches("switchd \\d+\\.\\d+\\.\\d+\\S*\\R");
    }
}
