package switchd.daemon.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import switchd.core.SwitchdException;
import switchd.daemon.config.Settings;

/// `switchd config show`: what is in force, and where each value came from.
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        exitCodeOnInvalidInput = ExitStatus.USAGE,
        exitCodeOnExecutionException = ExitStatus.SOFTWARE,
        sortOptions = false,
        synopsisHeading = "%nUsage: ",
        header = "Show what is in force, and where each value came from.",
        description = {
            "",
            "Shows what a daemon that is started now, here and with these options would go by. An"
                    + " option goes before the environment, that before the file, that before the"
                    + " default. A running daemon goes by what it has read: see `switchd status`.",
            ""
        })
public final class ConfigShowCommand implements Callable<Integer> {
    @Spec private @Nullable CommandSpec spec;
    @Mixin private SettingOptions settings = new SettingOptions();

    @Option(names = "--json", description = "Print one JSON object on a line.")
    private boolean json;

    @Override
    public Integer call() throws SwitchdException {
        if (spec == null) {
            throw new IllegalStateException("not run by picocli");
        }
        Settings found = settings.load(true);
        PrintWriter out = spec.commandLine().getOut();
        found.notices()
                .forEach(notice -> spec.commandLine().getErr().println("switchd: " + notice));
        out.print(json ? found.report() + "\n" : table(found).text(Terminal.current()));
        out.flush();
        return ExitStatus.OK;
    }

    private static Table table(Settings found) {
        Table table = new Table().column("KEY").column("VALUE").column("FROM");
        found.values().forEach((key, value) -> table.row(key, value, found.origin(key)));
        return table;
    }
}
