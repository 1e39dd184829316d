package switchd.daemon.cli;

import picocli.CommandLine.Command;
import switchd.core.SwitchdException;

/// `switchd port down`.
@Command(
        name = "down",
        header = "Switch a port of the running daemon off.",
        description =
                "Its VM loses its network; its socket and its place on the network are removed until the port is switched on.",
        footer = ControlOption.STATUS)
public final class PortDownCommand extends PortChange {
    @Override
    public Integer call() throws SwitchdException {
        return tell("port.down", "switched off", "off already");
    }
}
