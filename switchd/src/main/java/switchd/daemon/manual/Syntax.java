package switchd.daemon.manual;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// A command as its users see it, without what is hidden.
///
/// @param path the words that call it, as in `switchd port add`
/// @param spec picocli's model of it
record Syntax(String path, CommandSpec spec) {
    /// A program.
    static Syntax of(CommandSpec root) {
        return new Syntax(root.name(), root);
    }

    /// The command itself and all below it, parents first.
    List<Syntax> andBelow() {
        List<Syntax> all = new ArrayList<>(List.of(this));
        subcommands().forEach(below -> all.addAll(below.andBelow()));
        return all;
    }

    /// The last word of the path.
    String name() {
        return path.substring(path.lastIndexOf(' ') + 1);
    }

    /// The path as a name in a program: `switchd_port_add`.
    String identifier() {
        return path.replaceAll("[^A-Za-z0-9]", "_");
    }

    /// What it does, as a list of commands tells it.
    String summary() {
        String[] header = spec.usageMessage().header();
        return header.length > 0 ? plain(header[0]) : "";
    }

    List<Syntax> subcommands() {
        return spec.subcommands().values().stream()
                .map(CommandLine::getCommandSpec)
                .filter(below -> !below.usageMessage().hidden())
                .distinct()
                .map(below -> new Syntax(path + " " + below.name(), below))
                .toList();
    }

    List<OptionSpec> options() {
        return spec.options().stream().filter(option -> !option.hidden()).toList();
    }

    /// The options that are followed by a value.
    List<OptionSpec> optionsWithValue() {
        return options().stream().filter(Syntax::hasValue).toList();
    }

    List<PositionalParamSpec> parameters() {
        return spec.positionalParameters().stream()
                .filter(parameter -> !parameter.hidden())
                .sorted(Comparator.comparingInt(parameter -> parameter.index().min()))
                .toList();
    }

    /// False for a flag, and where the value may be left out.
    static boolean hasValue(OptionSpec option) {
        return option.arity().min() > 0;
    }

    /// The first sentence of a description, without its full stop.
    static String brief(String[] description) {
        String text = joined(description);
        int end = text.indexOf(". ");
        return (end < 0 ? text : text.substring(0, end)).replaceFirst("\\.$", "");
    }

    /// A description in one line.
    static String joined(String[] description) {
        return Arrays.stream(description)
                .map(Syntax::plain)
                .filter(line -> !line.isBlank())
                .collect(Collectors.joining(" "));
    }

    /// Text without picocli's own marks for colours and line ends.
    static String plain(String text) {
        return Ansi.OFF.string(text.formatted()).strip();
    }
}
