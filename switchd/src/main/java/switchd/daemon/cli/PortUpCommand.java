package switchd.daemon.cli;

import picocli.CommandLine.Command;
import switchd.core.SwitchdException;

/// `switchd port up`.
@Command(
        name = "up",
        header = "Switch a port of the running daemon on.",
        description = "It gets its socket and its place on the network back, and waits for a VM.",
        footer = ControlOption.STATUS)
public final class PortUpCommand extends PortChange {
    @Override
    public Integer call() throws SwitchdException {
        return tell("port.up", "switched on", "on already");
    }
}
