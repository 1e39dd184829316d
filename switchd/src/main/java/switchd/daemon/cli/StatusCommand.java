package switchd.daemon.cli;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import switchd.core.SwitchdException;
import switchd.core.UsageException;
import switchd.daemon.Status;
import switchd.daemon.control.ControlClient;

/// `switchd status`: what the running daemon does.
@Command(
        name = "status",
        header = "Show what the running daemon does, and why a VM may have no network.",
        description = {
            "",
            "Shows the daemon, its networks, and for each port who is attached, which addresses it"
                    + " uses, when a frame last went each way, and what was dropped and why.",
            ""
        },
        footer = {"", "Exit status: 0 shown, 64 wrong usage, 69 no daemon runs, 77 not permitted."})
public final class StatusCommand implements Callable<Integer> {
    private static final double SHORTEST = 0.1;
    private static final double LONGEST = 86_400;

    @Mixin private DaemonOptions daemon = new DaemonOptions();

    @Option(
            names = "--watch",
            arity = "0..1",
            paramLabel = "SECONDS",
            fallbackValue = "2",
            description =
                    "Show it anew every so many seconds (2 unless given), in place on a terminal, one"
                            + " after the other in a pipe.")
    private @Nullable Double watch;

    @Override
    public Integer call() throws Exception {
        if (watch != null && !(watch >= SHORTEST && watch <= LONGEST)) {
            throw new UsageException("--watch: 0.1 to 86400 seconds, not " + watch);
        }
        if (watch == null) {
            daemon.print(text());
        } else if (daemon.isJson()) {
            while (!daemon.out().checkError()) {
                daemon.print(text());
                Thread.sleep(interval(watch));
            }
        } else {
            new WatchOutput(daemon.out(), Terminal.current()).run(interval(watch), this::text);
        }
        return ExitStatus.OK;
    }

    private static Duration interval(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1000));
    }

    /// On a connection of its own: a daemon closes one on which nothing is asked for minutes.
    private String text() throws SwitchdException {
        try (ControlClient client = daemon.connect()) {
            return daemon.show(client.call("daemon.status"), Status.class, StatusText::of);
        }
    }
}
