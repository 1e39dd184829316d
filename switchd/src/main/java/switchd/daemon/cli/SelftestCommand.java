package switchd.daemon.cli;

import java.io.PrintWriter;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import switchd.core.SwitchdException;
import switchd.core.UsageException;
import switchd.daemon.host.Writer;
import switchd.daemon.log.StderrLog;
import switchd.daemon.selftest.Report;
import switchd.daemon.selftest.Selftest;
import switchd.daemon.selftest.TestBed;
import switchd.daemon.selftest.TestBeds;
import switchd.daemon.words.JsonText;

/// `switchd selftest`: proves on this host what the daemon promises.
@Command(
        name = "selftest",
        mixinStandardHelpOptions = true,
        exitCodeOnInvalidInput = ExitStatus.USAGE,
        exitCodeOnExecutionException = ExitStatus.SOFTWARE,
        sortOptions = false,
        synopsisHeading = "%nUsage: ",
        header = "Check on this host what switchd promises, and measure it.",
        description = {
            "",
            "Makes a bridge of its own with an address of this host on it, puts ports on it and VMs"
                    + " at them, and looks at one promise after the other: every kind of frame, VMs"
                    + " that end, places in the bridge that are lost, leftovers of a crash; then"
                    + " measures frames per second and latency. Takes root and some ten seconds."
                    + " Touches nothing that it did not make, leaves nothing.",
            ""
        },
        footer = {
            "",
            "Exit status: 0 all is well, 1 a check has failed, 64 wrong usage, 77 not permitted,"
                    + " 130 or 143 ended by a signal."
        })
public final class SelftestCommand implements Callable<Integer> {
    @Spec private @Nullable CommandSpec spec;

    @Option(names = "--json", description = "Print one JSON object instead of a table.")
    private boolean json;

    @Option(
            names = "--keep",
            description = "Leave the bridge and the ports as they are, and say how to remove them.")
    private boolean keep;

    @Option(
            names = "--writer",
            paramLabel = "ndrv|bpf",
            description = "macOS: look at this way to write frames only. Default: at both.")
    private @Nullable String writer;

    @Override
    public Integer call() throws Exception {
        StderrLog.level(Level.ERROR);
        if (spec == null) {
            throw new IllegalStateException("not run by picocli");
        }
        TestBed bed = TestBeds.open();
        try (Selftest selftest = new Selftest(bed, writers(bed), keep)) {
            StopSignal signal = StopSignal.arm(() -> close(selftest));
            try {
                Report report = selftest.run();
                if (signal.hasFired()) {
                    Thread.sleep(Long.MAX_VALUE); // the process ends from there
                }
                print(report, spec.commandLine().getOut());
                return report.result() == Report.Result.PASSED ? ExitStatus.OK : ExitStatus.FAILED;
            } finally {
                signal.disarm();
            }
        }
    }

    private List<Writer> writers(TestBed bed) throws UsageException {
        Writer asked = Writers.parse(writer);
        if (asked == Writer.AUTO) {
            return bed.writers();
        }
        if (!bed.writers().contains(asked)) {
            throw new UsageException("--writer is for macOS only: leave it out");
        }
        return List.of(asked);
    }

    private void print(Report report, PrintWriter out) {
        out.print(json ? JsonText.indented(report) + "\n" : SelftestText.of(report));
        out.flush();
    }

    private static void close(Selftest selftest) {
        try {
            selftest.close();
        } catch (SwitchdException e) {
            System.getLogger("switchd.selftest").log(Level.ERROR, "cleaning up: " + e);
        }
    }
}
