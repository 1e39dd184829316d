package switchd.daemon.cli;

import picocli.CommandLine.Command;

/// `switchd network`: the running daemon's networks.
@Command(
        name = "network",
        header = "Show the networks of the running daemon.",
        description =
                "Networks come from the daemon's configuration or its options, or with a port that is"
                        + " added to a bridge or NIC that the daemon did not use.",
        subcommands = {NetworkListCommand.class, NetworkShowCommand.class})
public final class NetworkCommand {}
