package switchd.daemon.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/// `switchd port rm`.
@Command(
        name = "rm",
        header = "Remove a port from the running daemon.",
        description =
                "Its VM loses its network; its socket and its place on the network are removed.",
        footer = ControlOption.STATUS)
public final class PortRemoveCommand implements Callable<Integer> {
    @Mixin private DaemonOptions daemon = new DaemonOptions();

    @Parameters(paramLabel = "PORT", description = "Its name.")
    private String name = "";

    @Override
    public Integer call() throws Exception {
        return daemon.ask(
                "port.remove",
                Map.of("name", name),
                JsonNode.class,
                (answer, _) -> name + ": removed\n");
    }
}
