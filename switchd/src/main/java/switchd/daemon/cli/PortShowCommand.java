package switchd.daemon.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import switchd.daemon.Status;

/// `switchd port show`.
@Command(
        name = "show",
        header = "Show a port, and why its VM may have no network.",
        description =
                "Shows who is attached, which addresses it uses, when a frame last went"
                        + " each way, and what was dropped and why.",
        footer = ControlOption.STATUS)
public final class PortShowCommand implements Callable<Integer> {
    @Mixin private DaemonOptions daemon = new DaemonOptions();

    @Parameters(paramLabel = "PORT", description = "Its name.")
    private String name = "";

    /// The daemon's answer.
    ///
    /// @param port as in the daemon's status
    record OnePort(Status.PortStatus port) {}

    @Override
    public Integer call() throws Exception {
        return daemon.ask(
                "port.show",
                Map.of("name", name),
                OnePort.class,
                (answer, terminal) -> StatusText.of(answer.port(), terminal));
    }
}
