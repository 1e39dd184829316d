package switchd.daemon.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/// `switchd port detach`.
@Command(
        name = "detach",
        header = "Take a port's VM away; the port waits for the next one.",
        description = "A VM tool that attaches again by itself is back at once.",
        footer = ControlOption.STATUS)
public final class PortDetachCommand implements Callable<Integer> {
    @Mixin private DaemonOptions daemon = new DaemonOptions();

    @Parameters(paramLabel = "PORT", description = "Its name.")
    private String name = "";

    @Override
    public Integer call() throws Exception {
        return daemon.ask(
                "port.detach",
                Map.of("name", name),
                JsonNode.class,
                (answer, _) ->
                        name
                                + (answer.path("changed").asBoolean(true)
                                        ? ": its VM is detached\n"
                                        : ": there is no VM\n"));
    }
}
