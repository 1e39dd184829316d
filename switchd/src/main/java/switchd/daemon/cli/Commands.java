package switchd.daemon.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;

/// The commands below `switchd`. Each is made where it is wanted: picocli's model of all of them
/// takes longer than most of them run.
final class Commands {
    /// Their names, in the order of the manual.
    static final List<String> NAMES =
            List.of(
                    "port",
                    "network",
                    "status",
                    "events",
                    "reload",
                    "stop",
                    "run",
                    "install",
                    "uninstall",
                    "config",
                    "demo",
                    "doctor",
                    "metrics",
                    "selftest",
                    "manual",
                    "units",
                    "capture",
                    "trace",
                    "completion");

    private Commands() {}

    /// Those that a command line may mean: the ones whose names are among its words.
    static List<String> namedIn(String... words) {
        Set<String> all = Set.copyOf(Arrays.asList(words));
        return NAMES.stream().filter(all::contains).toList();
    }

    /// Adds commands to the program.
    static void add(CommandLine program, List<String> names) {
        for (String name : names) {
            program.addSubcommand(name, command(name));
        }
    }

    private static Object command(String name) {
        return switch (name) {
            case "port" -> new PortCommand();
            case "network" -> new NetworkCommand();
            case "status" -> new StatusCommand();
            case "events" -> new EventsCommand();
            case "reload" -> new ReloadCommand();
            case "stop" -> new StopCommand();
            case "run" -> new RunCommand();
            case "install" -> new InstallCommand();
            case "uninstall" -> new UninstallCommand();
            case "config" -> new ConfigCommand();
            case "demo" -> new DemoCommand();
            case "doctor" -> new DoctorCommand();
            case "metrics" -> new MetricsCommand();
            case "selftest" -> new SelftestCommand();
            case "manual" -> new ManualCommand();
            case "units" -> new UnitsCommand();
            case "capture" -> new CaptureCommand();
            case "trace" -> new TraceCommand();
            case "completion" -> new CompletionCommand();
            default -> throw new IllegalArgumentException("no command is called " + name);
        };
    }
}
