package switchd.daemon.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/// `switchd port down`.
@Command(
        name = "down",
        header = "Switch a port of the running daemon off.",
        description =
                "Its VM loses its network; its socket and its place on the network are removed until the port is switched on.",
        footer = ControlOption.STATUS)
public final class PortDownCommand implements Callable<Integer> {
    @Mixin private DaemonOptions daemon = new DaemonOptions();

    @Parameters(paramLabel = "PORT", description = "Its name.")
    private String name = "";

    @Override
    public Integer call() throws Exception {
        return daemon.ask(
                "port.down",
                Map.of("name", name),
                JsonNode.class,
                (answer, _) ->
                        name
                                + (answer.path("changed").asBoolean(true)
                                        ? ": switched off\n"
                                        : ": off already\n"));
    }
}
