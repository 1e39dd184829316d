package switchd.daemon.cli;

import java.io.PrintWriter;
import java.lang.System.Logger.Level;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import switchd.daemon.demo.Demo;
import switchd.daemon.demo.Report;
import switchd.daemon.log.StderrLog;
import switchd.daemon.words.JsonText;

/// `switchd demo`: shows the main job at work.
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        exitCodeOnInvalidInput = ExitStatus.USAGE,
        exitCodeOnExecutionException = ExitStatus.SOFTWARE,
        synopsisHeading = "%nUsage: ",
        header = "Show switchd at work, on a LAN of its own.",
        description = {
            "",
            "Shows switchd at work, in a few seconds: with root, a LAN of its own in network namespaces"
                    + " with a bridge and a host, a port, and a guest that speaks vfkit's protocol;"
                    + " without root, two guests on an isolated network. They ping each other over IPv4"
                    + " and IPv6 and move a burst of frames. Nothing outside is touched, nothing is left.",
            ""
        })
public final class DemoCommand implements Callable<Integer> {
    private static final int INTERRUPTED = 130;
    private static final long STOP_MILLIS = 1_500;

    @Spec private @Nullable CommandSpec spec;

    @Option(names = "--json", description = "Print one JSON object instead of tables.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        StderrLog.level(Level.WARNING);
        if (spec == null) {
            throw new IllegalStateException("not run by picocli");
        }
        PrintWriter out = spec.commandLine().getOut();
        CompletableFuture<Demo> prepared = new CompletableFuture<>();
        StopSignal signal = StopSignal.arm(() -> close(prepared), INTERRUPTED);
        try (Demo demo = Demo.prepare()) {
            prepared.complete(demo);
            Report report = demo.run();
            out.print(json ? JsonText.line(report) + "\n" : DemoText.of(report));
            out.flush();
            return ExitStatus.OK;
        } catch (Exception e) {
            if (signal.hasFired()) {
                return INTERRUPTED;
            }
            throw e;
        } finally {
            signal.disarm();
        }
    }

    private static void close(CompletableFuture<Demo> prepared) {
        try {
            prepared.get(STOP_MILLIS, TimeUnit.MILLISECONDS).close();
        } catch (Exception e) {
            System.getLogger("switchd.demo").log(Level.WARNING, "cleaning up: " + e);
        }
    }
}
