package switchd.daemon.cli;

import picocli.CommandLine.Command;

/// `switchd port`: the running daemon's ports.
@Command(
        name = "port",
        header = "Add, remove, show and switch ports of the running daemon.",
        description = {
            "",
            "What is added or switched here lasts until the daemon ends: what is to last longer"
                    + " belongs into its configuration.",
            ""
        },
        subcommands = {
            PortAddCommand.class,
            PortRemoveCommand.class,
            PortListCommand.class,
            PortShowCommand.class,
            PortUpCommand.class,
            PortDownCommand.class,
            PortDetachCommand.class
        })
public final class PortCommand {}
