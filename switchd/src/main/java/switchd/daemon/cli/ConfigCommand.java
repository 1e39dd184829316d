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
        header = "Check the configuration, show what is in force, print its schema.",
        description = {
            "",
            "The configuration is one file of JSON with comments: /etc/switchd/switchd.json, on"
                    + " macOS /usr/local/etc/switchd/switchd.json. It says which networks and ports"
                    + " there are, and how the daemon as a whole behaves; docs/configuration.md"
                    + " explains every key.",
            ""
        })
public final class ConfigCommand {}
