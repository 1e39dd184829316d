package switchd.daemon.cli;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import switchd.daemon.Status;

/// `switchd port ls`.
@Command(
        name = "ls",
        header = "List the ports of the running daemon.",
        description =
                "One line a port: its state, the addresses that its VM uses, else the one"
                        + " it is to use, the VM's process, and where a VM attaches.",
        footer = ControlOption.STATUS)
public final class PortListCommand implements Callable<Integer> {
    @Mixin private DaemonOptions daemon = new DaemonOptions();

    /// The daemon's answer.
    ///
    /// @param ports in the order in which they were asked for
    record Ports(List<Status.PortStatus> ports) {}

    @Override
    public Integer call() throws Exception {
        return daemon.ask("port.list", Map.of(), Ports.class, PortListCommand::text);
    }

    private static String text(Ports answer, Terminal terminal) {
        Table table =
                new Table()
                        .column("NAME")
                        .column("NETWORK")
                        .column("STATE")
                        .column("MAC")
                        .number("PID")
                        .column("SOCKET");
        for (Status.PortStatus port : answer.ports()) {
            table.row(
                    port.name(),
                    port.network(),
                    StatusText.state(port),
                    port.macsSeen().isEmpty() ? port.mac() : String.join(" ", port.macsSeen()),
                    pid(port.peer()),
                    port.socket());
        }
        return table.text(terminal);
    }

    private static @Nullable Integer pid(Status.@Nullable PeerStatus peer) {
        return peer == null ? null : peer.pid();
    }
}
