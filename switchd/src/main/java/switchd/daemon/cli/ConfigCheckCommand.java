package switchd.daemon.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import switchd.core.SwitchdException;
import switchd.core.UsageException;
import switchd.daemon.config.Settings;
import switchd.daemon.config.Surroundings;

/// `switchd config check`: tells all that is wrong with a file.
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        exitCodeOnInvalidInput = ExitStatus.USAGE,
        exitCodeOnExecutionException = ExitStatus.SOFTWARE,
        synopsisHeading = "%nUsage: ",
        header = "Tell all that is wrong with a configuration file.",
        description = {
            "",
            "Reads the file as the daemon would and tells everything that is wrong with it, a line"
                    + " each: FILE:LINE:COLUMN: KEY: what is wrong: the cure. Whether the host has the"
                    + " bridges, NICs and users that it names is shown by `switchd doctor`.",
            ""
        },
        footer = {"", "Exit status: 0 nothing is wrong, 64 something is, 77 it may not be read."})
public final class ConfigCheckCommand implements Callable<Integer> {
    @Spec private @Nullable CommandSpec spec;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "FILE",
            description =
                    "Default: the one that the daemon would read: $SWITCHD_CONFIG, else the usual"
                            + " place.")
    private @Nullable Path file;

    @Option(names = "--config", paramLabel = "FILE", description = "The same as FILE.")
    private @Nullable Path config;

    @Override
    public Integer call() throws SwitchdException {
        if (spec == null) {
            throw new IllegalStateException("not run by picocli");
        }
        Surroundings surroundings = Surroundings.current();
        if (file != null && config != null) {
            throw new UsageException("FILE and --config: give one of them");
        }
        Path named = file == null ? config : file;
        Path checked = named == null ? Settings.usualFile(surroundings) : named.toAbsolutePath();
        try {
            Settings.ofFile(checked, surroundings);
        } catch (UsageException e) {
            PrintWriter err = spec.commandLine().getErr();
            e.getMessage().lines().forEach(err::println);
            return ExitStatus.USAGE;
        }
        spec.commandLine().getOut().println(checked + ": nothing is wrong");
        return ExitStatus.OK;
    }
}
