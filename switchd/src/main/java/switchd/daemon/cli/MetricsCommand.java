package switchd.daemon.cli;

import java.io.PrintWriter;
import java.lang.System.Logger.Level;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import switchd.daemon.control.ControlClient;
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

    @Mixin private ControlOption daemon = new ControlOption();

    @Override
    public Integer call() throws Exception {
        StderrLog.level(Level.ERROR);
        if (spec == null) {
            throw new IllegalStateException("not run by picocli");
        }
        try (ControlClient client = daemon.connect()) {
            PrintWriter out = spec.commandLine().getOut();
            out.print(client.call("metrics").path("text").asString());
            out.flush();
            return ExitStatus.OK;
        }
    }
}
