package switchd.daemon.cli;

import picocli.CommandLine.Command;

/// `switchd network`: the running daemon's networks.
@Command(
        name = "network",
        header = "Show the networks of the running daemon.",
        subcommands = {NetworkListCommand.class, NetworkShowCommand.class})
public final class NetworkCommand {}
