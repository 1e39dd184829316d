package switchd.daemon.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import switchd.daemon.manual.Manual;

/// `switchd manual`: the man pages, for the build and for packagers.
@Command(
        name = "manual",
        hidden = true,
        header = "Print a man page, or write all pages and completion scripts.",
        description = "The pages are made of the commands and of the keys of the configuration.",
        footer = "Exit status: 0 done, 64 wrong usage, 69 a file cannot be written, 70 a bug.")
public final class ManualCommand implements Callable<Integer> {
    @Spec private @Nullable CommandSpec spec;

    @ArgGroup(multiplicity = "1")
    private What what = new What();

    /// A page, or all files.
    static final class What {
        @Parameters(
                index = "0",
                paramLabel = "8|5",
                description = "8: the commands, switchd(8). 5: the configuration, switchd.json(5).")
        private int section;

        @Option(
                names = "--write",
                paramLabel = "DIR",
                description = "Write them all below this directory, as in DIR/share/man/man8.")
        private @Nullable Path directory;
    }

    @Override
    public Integer call() throws Exception {
        if (spec == null) {
            throw new IllegalStateException("not run by picocli");
        }
        PrintWriter out = spec.commandLine().getOut();
        if (what.directory != null) {
            TextFiles.write(what.directory, Manual.files(Main.commandLine().getCommandSpec()));
        } else {
            out.print(
                    what.section == 5
                            ? Manual.configuration()
                            : Manual.commands(Main.commandLine().getCommandSpec()));
            out.flush();
        }
        return ExitStatus.OK;
    }
}
