package switchd.daemon.cli;

import java.io.PrintWriter;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import switchd.daemon.control.ControlClient;
import switchd.daemon.control.ControlPlace;
import switchd.daemon.log.StderrLog;

/// `switchd metrics`: what the running daemon counts.
@Command(
        name = "metrics",
        mixinStandardHelpOptions = true,
        exitCodeOnInvalidInput = ExitStatus.USAGE,
        exitCodeOnExecutionException = ExitStatus.SOFTWARE,
        sortOptions = false,
        synopsisHeading = "%nUsage: ",
        header = "Print what the running daemon counts, as an OpenMetrics text.",
        description = {
            "",
            "Prints the text that the daemon serves at /metrics where it was started with --metrics.",
            ""
        },
        footer = {
            "",
            "Exit status: 0 printed, 64 wrong usage, 69 no daemon runs, 77 not permitted."
        })
public final class MetricsCommand implements Callable<Integer> {
    @Spec private @Nullable CommandSpec spec;

    @Option(
            names = "--control",
            paramLabel = "PATH",
            description =
                    "The daemon's control socket. Default: switchd/control.sock in $XDG_RUNTIME_DIR"
                            + " where the user's own daemon has one, else in /run (macOS: /var/run).")
    private @Nullable Path control;

    @Override
    public Integer call() throws Exception {
        StderrLog.level(Level.ERROR);
        if (spec == null) {
            throw new IllegalStateException("not run by picocli");
        }
        Path socket = control == null ? ControlPlace.usual() : control.toAbsolutePath();
        try (ControlClient client = ControlClient.connect(socket)) {
            PrintWriter out = spec.commandLine().getOut();
            out.print(client.call("metrics").path("text").asString());
            out.flush();
            return ExitStatus.OK;
        }
    }
}
