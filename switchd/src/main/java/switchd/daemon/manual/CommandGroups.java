package switchd.daemon.manual;

import java.util.ArrayList;
import java.util.List;

/// The commands in the order and under the headings that help and manual show them in.
///
/// @param heading what they are for
/// @param commands their names
public record CommandGroups(String heading, List<String> commands) {
    /// All groups. A command that is in none is shown by no list: a test finds it.
    public static final List<CommandGroups> ALL =
            List.of(
                    new CommandGroups(
                            "A running daemon", List.of("status", "events", "reload", "stop")),
                    new CommandGroups("Ports and networks", List.of("port", "network", "run")),
                    new CommandGroups(
                            "What goes on, and why",
                            List.of("doctor", "trace", "capture", "metrics")),
                    new CommandGroups(
                            "Setting up", List.of("config", "install", "uninstall", "completion")),
                    new CommandGroups("Trying out", List.of("demo", "selftest")));

    /// The group's commands of those that there are.
    List<Syntax> of(Syntax root) {
        List<Syntax> found = new ArrayList<>();
        for (String name : commands) {
            root.subcommands().stream()
                    .filter(command -> command.name().equals(name))
                    .forEach(found::add);
        }
        return found;
    }
}
