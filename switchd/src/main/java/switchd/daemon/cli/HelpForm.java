package switchd.daemon.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.Column.Overflow;
import picocli.CommandLine.Help.TextTable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import switchd.daemon.manual.CommandGroups;

/// Gives the help of all commands one form, and all of them the same manners: `--help`, exit
/// statuses, options in the order of their importance.
final class HelpForm {
    private static final String STATUS = "Exit status: ";
    private static final int NAME_COLUMN = 14;

    private HelpForm() {}

    /// Sets up a program and all its commands.
    static void apply(CommandLine root) {
        root.setColorScheme(
                Help.defaultColorScheme(Terminal.current().coloured() ? Ansi.ON : Ansi.OFF));
        root.setCaseInsensitiveEnumValuesAllowed(true);
        adapt(root);
        root.getCommandSpec()
                .usageMessage()
                .sectionMap()
                .put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, HelpForm::commands);
    }

    private static void adapt(CommandLine command) {
        CommandSpec spec = command.getCommandSpec();
        if (!spec.mixinStandardHelpOptions()) {
            spec.mixinStandardHelpOptions(true);
        }
        if (spec.parent() != null) {
            spec.versionProvider(spec.root().versionProvider());
        }
        spec.exitCodeOnInvalidInput(ExitStatus.USAGE);
        spec.exitCodeOnExecutionException(ExitStatus.SOFTWARE);
        UsageMessageSpec help = spec.usageMessage();
        help.sortOptions(false).abbreviateSynopsis(spec.parent() == null);
        help.synopsisHeading(spec.parent() == null ? "Usage: " : "%nUsage: ");
        help.descriptionHeading("%n").description(trimmed(help.description()));
        help.parameterListHeading("%n").optionListHeading(hasParameters(spec) ? "" : "%n");
        help.commandListHeading(spec.parent() == null ? "" : "%nCommands:%n");
        help.footerHeading("%n").footer(footer(help.footer()));
        command.getSubcommands().values().forEach(HelpForm::adapt);
    }

    private static boolean hasParameters(CommandSpec spec) {
        return !spec.positionalParameters().isEmpty();
    }

    private static String[] footer(String[] footer) {
        List<String> lines = new ArrayList<>(List.of(trimmed(footer)));
        if (lines.stream().noneMatch(line -> line.startsWith(STATUS))) {
            int at = Math.max(lines.indexOf("Examples:"), 0);
            lines.addAll(at, List.of(STATUS + "0 done, 64 wrong usage, 70 a bug.", ""));
        }
        return trimmed(lines.toArray(String[]::new));
    }

    /// Without empty lines before and behind.
    private static String[] trimmed(String[] lines) {
        int from = 0;
        int to = lines.length;
        while (from < to && lines[from].isBlank()) {
            from++;
        }
        while (to > from && lines[to - 1].isBlank()) {
            to--;
        }
        return Arrays.copyOfRange(lines, from, to);
    }

    /// The commands below their headings.
    private static String commands(Help help) {
        StringBuilder text = new StringBuilder();
        int width = help.commandSpec().usageMessage().width();
        for (CommandGroups group : CommandGroups.ALL) {
            TextTable table =
                    TextTable.forColumns(
                            help.colorScheme(),
                            new Column(NAME_COLUMN, 2, Overflow.SPAN),
                            new Column(width - NAME_COLUMN, 1, Overflow.WRAP));
            for (String name : group.commands()) {
                Help below = help.subcommands().get(name);
                if (below != null) {
                    String[] header = below.commandSpec().usageMessage().header();
                    table.addRowValues(name, header.length == 0 ? "" : header[0]);
                }
            }
            if (table.rowCount() > 0) {
                text.append("\n").append(group.heading()).append(":\n").append(table);
            }
        }
        return text.toString();
    }
}
