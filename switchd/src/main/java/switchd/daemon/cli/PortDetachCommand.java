package switchd.daemon.cli;

import picocli.CommandLine.Command;
import switchd.core.SwitchdException;

/// `switchd port detach`.
@Command(
        name = "detach",
        header = "Take a port's VM away; the port waits for the next one.",
        description = "A VM tool that attaches again by itself is back at once.",
        footer = ControlOption.STATUS)
public final class PortDetachCommand extends PortChange {
    @Override
    public Integer call() throws SwitchdException {
        return tell("port.detach", "its VM is detached", "there is no VM");
    }
}
