package switchd.daemon.cli;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import switchd.daemon.Status;

/// `switchd network ls`.
@Command(
        name = "ls",
        header = "List the networks of the running daemon.",
        description = "One line a network: what its frames go to, its MTU, and the ports on it.",
        footer = ControlOption.STATUS)
public final class NetworkListCommand implements Callable<Integer> {
    @Mixin private DaemonOptions daemon = new DaemonOptions();

    /// The daemon's answer.
    ///
    /// @param networks in the order in which they were asked for
    record Networks(List<Status.NetworkStatus> networks) {}

    @Override
    public Integer call() throws Exception {
        return daemon.ask("network.list", Map.of(), Networks.class, NetworkListCommand::text);
    }

    private static String text(Networks answer, Terminal terminal) {
        Table table =
                new Table()
                        .column("NAME")
                        .column("KIND")
                        .column("LAN")
                        .number("MTU")
                        .column("PORTS");
        for (Status.NetworkStatus network : answer.networks()) {
            table.row(
                    network.name(),
                    network.kind(),
                    network.lan(),
                    network.mtu(),
                    String.join(" ", network.ports()));
        }
        return table.text(terminal);
    }
}
