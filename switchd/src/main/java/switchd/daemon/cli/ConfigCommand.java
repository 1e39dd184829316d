package switchd.daemon.cli;

import picocli.CommandLine.Command;

/// `switchd config`: what the configuration may say, says, and comes to.
@Command(
        name = "config",
        mixinStandardHelpOptions = true,
        subcommands = {
            ConfigCheckCommand.class,
            ConfigShowCommand.class,
            ConfigSchemaCommand.class
        },
        synopsisHeading = "%nUsage: ",
        header = "Check the configuration, show what is in force, print its schema.")
public final class ConfigCommand {}
