package switchd.daemon.manual;

import static switchd.daemon.manual.Roff.bold;
import static switchd.daemon.manual.Roff.italic;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import switchd.daemon.Version;
import switchd.daemon.config.Setting;

/// The manual page switchd(8), of all commands.
final class CommandPage {
    private static final String EXAMPLES = "Examples:";

    private final Syntax root;
    private final Roff page;

    private CommandPage(Syntax root) {
        this.root = root;
        page =
                new Roff(
                        "SWITCHD",
                        8,
                        Version.date(),
                        "switchd " + Version.current(),
                        "System Administration");
    }

    static String of(Syntax root) {
        CommandPage made = new CommandPage(root);
        made.beginning();
        made.commands();
        made.settings();
        made.end();
        return made.page.toString();
    }

    private void beginning() {
        page.section("NAME");
        page.paragraph("switchd - gives VMs their own place on a LAN");
        page.section("SYNOPSIS");
        synopsis(root);
        page.synopsis("switchd", "COMMAND [OPTIONS] [ARGUMENTS]");
        page.section("DESCRIPTION");
        description(root);
        page.section("OPTIONS");
        options(root);
        remarks(root);
    }

    private void commands() {
        page.section("COMMANDS");
        for (CommandGroups group : CommandGroups.ALL) {
            for (Syntax command : group.of(root)) {
                command.andBelow().forEach(this::command);
            }
        }
    }

    private void command(Syntax command) {
        page.part(command.path());
        page.paragraph(command.summary());
        if (command.subcommands().isEmpty()) {
            synopsis(command);
        }
        description(command);
        for (PositionalParamSpec parameter : command.parameters()) {
            page.item(italic(parameter.paramLabel()), Syntax.joined(parameter.description()));
        }
        options(command);
        remarks(command);
        examples(command);
    }

    /// picocli's own, without its line ends.
    private void synopsis(Syntax command) {
        String[] custom = command.spec().usageMessage().customSynopsis();
        String text =
                custom.length > 0
                        ? String.join(" ", custom)
                        : command.spec().commandLine().getHelp().fullSynopsis();
        String flat = Ansi.OFF.string(text).replaceAll("\\s+", " ").strip();
        String rest = flat.substring(flat.indexOf(command.path()) + command.path().length());
        page.synopsis(command.path(), rest.replace(" [OPTIONS] [COMMAND]", " [OPTIONS]").strip());
    }

    private void description(Syntax command) {
        for (String line : command.spec().usageMessage().description()) {
            if (!line.isBlank()) {
                page.paragraph(Syntax.plain(line));
            }
        }
    }

    private void options(Syntax command) {
        for (OptionSpec option : command.options()) {
            String names =
                    Arrays.stream(option.names()).map(Roff::bold).collect(Collectors.joining(", "));
            String value = option.arity().max() == 0 ? "" : " " + italic(option.paramLabel());
            String optional = option.arity().min() == 0 ? " [" + value.strip() + "]" : value;
            page.item(
                    names + (value.isEmpty() ? "" : optional), Syntax.joined(option.description()));
        }
    }

    /// The sentences below a command's options.
    private void remarks(Syntax command) {
        for (String line : command.spec().usageMessage().footer()) {
            if (!line.startsWith("  ") && !line.isBlank() && !line.equals(EXAMPLES)) {
                page.paragraph(Syntax.plain(line));
            }
        }
    }

    private void examples(Syntax command) {
        List<String> lines =
                Arrays.stream(command.spec().usageMessage().footer())
                        .filter(line -> line.startsWith("  "))
                        .map(line -> line.substring(2).stripTrailing())
                        .toList();
        if (!lines.isEmpty()) {
            page.example(lines);
        }
    }

    private void settings() {
        page.section("ENVIRONMENT");
        page.paragraph(
                "Each has the meaning of the option or the key of `switchd.json`(5) that goes with it."
                        + " An option goes before the variable, the variable before the file. All are"
                        + " ignored where switchd runs set-uid, or launchd runs it.");
        for (Setting setting : Setting.values()) {
            String key = setting.key().isEmpty() ? "" : ", key `" + setting.key() + "`";
            page.item(bold(setting.variable()), "Option `" + setting.option() + "`" + key + ".");
        }
        page.item(bold("NO_COLOR"), "Where it is set and not empty, no colours are shown.");
        page.item(
                bold("XDG_RUNTIME_DIR"),
                "Without root, sockets lie in the directory switchd in there.");
    }

    private void end() {
        ManualText.FILES.addTo(page);
        ManualText.SIGNALS.addTo(page);
        ManualText.EXIT.addTo(page);
        page.section("EXAMPLES");
        examples(root);
        page.section("SEE ALSO");
        page.paragraph("`switchd.json`(5), `ip-link`(8), `ifconfig`(8), `qemu`(1)");
    }
}
