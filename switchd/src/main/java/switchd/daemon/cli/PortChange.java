package switchd.daemon.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import switchd.core.SwitchdException;
import tools.jackson.databind.JsonNode;

/// What the commands have in common that change one port of the running daemon.
abstract class PortChange implements Callable<Integer> {
    @Mixin private DaemonOptions daemon = new DaemonOptions();

    @Parameters(paramLabel = "PORT", description = "Its name.")
    private String name = "";

    /// Calls a method with the port's name, and prints what has become of the port.
    ///
    /// @param changed what there is to say where it has done something
    /// @param unchanged what there is to say where there was nothing to do
    /// @throws SwitchdException as the method fails
    final int tell(String method, String changed, String unchanged) throws SwitchdException {
        return daemon.ask(
                method,
                Map.of("name", name),
                JsonNode.class,
                (answer, _) ->
                        name
                                + ": "
                                + (answer.path("changed").asBoolean(true) ? changed : unchanged)
                                + "\n");
    }
}
