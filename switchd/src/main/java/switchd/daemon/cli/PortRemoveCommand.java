package switchd.daemon.cli;

import picocli.CommandLine.Command;
import switchd.core.SwitchdException;

/// `switchd port rm`.
@Command(
        name = "rm",
        header = "Remove a port from the running daemon.",
        description =
                "Its VM loses its network; its socket and its place on the network are removed.",
        footer = ControlOption.STATUS)
public final class PortRemoveCommand extends PortChange {
    @Override
    public Integer call() throws SwitchdException {
        return tell("port.remove", "removed", "removed");
    }
}
