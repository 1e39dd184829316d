package switchd.daemon.cli;

import java.io.PrintWriter;
import java.lang.System.Logger.Level;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import switchd.daemon.doctor.Doctor;
import switchd.daemon.doctor.Report;
import switchd.daemon.log.StderrLog;
import switchd.daemon.words.JsonText;

/// `switchd doctor`: looks for what keeps VMs from their network.
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        exitCodeOnInvalidInput = ExitStatus.USAGE,
        exitCodeOnExecutionException = ExitStatus.SOFTWARE,
        sortOptions = false,
        synopsisHeading = "%nUsage: ",
        header = "Look for what keeps VMs from their network, and name the cure.",
        description = {
            "",
            "Looks at the running daemon's networks and ports, else at those of the configuration,"
                    + " and at this host: a line for each finding, and the command that cures it."
                    + " Changes nothing. Without root it says what it could not look at.",
            ""
        },
        footer = {"", "Exit status: 0 all is well, 1 warnings, 2 failures, 64 wrong usage."})
public final class DoctorCommand implements Callable<Integer> {
    @Spec private @Nullable CommandSpec spec;

    @Option(names = "--json", description = "Print one JSON object (schema switchd.doctor/1).")
    private boolean json;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "Configuration to look at. Default: /etc/switchd/switchd.json (macOS:"
                            + " /usr/local/etc/switchd/switchd.json).")
    private @Nullable Path config;

    @Mixin private ControlOption daemon = new ControlOption();

    @Override
    public Integer call() throws Exception {
        StderrLog.level(Level.ERROR);
        if (spec == null) {
            throw new IllegalStateException("not run by picocli");
        }
        Path file = config == null ? null : config.toAbsolutePath();
        Report report = Doctor.examine(daemon.chosen(), file);
        PrintWriter out = spec.commandLine().getOut();
        out.print(
                json
                        ? JsonText.indented(report) + "\n"
                        : new DoctorText(Terminal.current(), Charset.forName(outCharset()))
                                .of(report));
        out.flush();
        return report.exitStatus();
    }

    private static String outCharset() {
        return System.getProperty("stdout.encoding", "US-ASCII");
    }
}
