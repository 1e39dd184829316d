package switchd.daemon.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/// `switchd port up`.
@Command(
        name = "up",
        header = "Switch a port of the running daemon on.",
        description = "It gets its socket and its place on the network back, and waits for a VM.",
        footer = ControlOption.STATUS)
public final class PortUpCommand implements Callable<Integer> {
    @Mixin private DaemonOptions daemon = new DaemonOptions();

    @Parameters(paramLabel = "PORT", description = "Its name.")
    private String name = "";

    @Override
    public Integer call() throws Exception {
        return daemon.ask(
                "port.up",
                Map.of("name", name),
                JsonNode.class,
                (answer, _) ->
                        name
                                + (answer.path("changed").asBoolean(true)
                                        ? ": switched on\n"
                                        : ": on already\n"));
    }
}
