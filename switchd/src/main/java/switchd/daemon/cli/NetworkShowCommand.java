package switchd.daemon.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import switchd.core.UsageException;
import switchd.daemon.Status;
import switchd.daemon.control.ControlClient;
import switchd.daemon.words.Nearest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// `switchd network show`.
@Command(
        name = "show",
        header = "Show a network of the running daemon and its ports.",
        description =
                "Shows what else is on the bridge, what an operator should know of it,"
                        + " and each port as `switchd port show` does.",
        footer = ControlOption.STATUS)
public final class NetworkShowCommand implements Callable<Integer> {
    @Mixin private DaemonOptions daemon = new DaemonOptions();

    @Parameters(paramLabel = "NETWORK", description = "Its name.")
    private String name = "";

    /// What is shown.
    ///
    /// @param network as in the daemon's status
    /// @param ports those on it, as in the daemon's status
    record OneNetwork(Status.NetworkStatus network, List<Status.PortStatus> ports) {}

    @Override
    public Integer call() throws Exception {
        try (ControlClient client = daemon.connect()) {
            JsonNode status = client.call("daemon.status", Map.of());
            daemon.print(
                    daemon.show(pick(status, name), OneNetwork.class, NetworkShowCommand::text));
            return ExitStatus.OK;
        }
    }

    /// @throws UsageException where there is none of this name
    static JsonNode pick(JsonNode status, String name) throws UsageException {
        List<String> known = new ArrayList<>();
        for (JsonNode network : status.path("networks")) {
            String called = network.path("name").asString("");
            if (called.equals(name)) {
                ObjectNode picked = JsonMapper.shared().createObjectNode();
                picked.put("schema", "switchd.network/1").set("network", network);
                var ports = picked.putArray("ports");
                status.path("ports")
                        .forEach(port -> {
                            if (port.path("network").asString("").equals(name)) {
                                ports.add(port);
                            }
                        });
                return picked;
            }
            known.add(called);
        }
        String question = Nearest.question(name, known);
        String there =
                known.isEmpty() ? ": there is none" : ": there are " + String.join(", ", known);
        throw new UsageException(
                "there is no network called " + name + (question.isEmpty() ? there : question));
    }

    private static String text(OneNetwork answer, Terminal terminal) {
        StringBuilder text = new StringBuilder(StatusText.of(answer.network(), terminal));
        answer.ports().forEach(port -> text.append('\n').append(StatusText.of(port, terminal)));
        return text.toString();
    }
}
