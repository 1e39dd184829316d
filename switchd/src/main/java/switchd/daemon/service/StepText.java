package switchd.daemon.service;

import java.util.stream.Collectors;

/// A step for people.
public final class StepText {
    private StepText() {}

    /// What a step does, on a line; empty where it does nothing by itself.
    public static String line(Step step) {
        return switch (step) {
            case Step.Directory(String path, int mode) -> row("make", path, mode);
            case Step.Text(String path, int mode, String _) -> row("write", path, mode);
            case Step.Copy(var source, String path, int mode) ->
                    row("copy", path, mode) + "  from " + source;
            case Step.Link(String path, String target) -> "link   " + path + " -> " + target;
            case Step.Run(var command, var _) ->
                    command.isEmpty() ? "" : "run    " + String.join(" ", command);
            case Step.Cache(String command, String _) -> "run    " + command + " cache";
            case Step.Gone(var command) -> "wait   until this fails: " + String.join(" ", command);
        };
    }

    /// The same, with what is in a file that is written.
    public static String full(Step step) {
        return step instanceof Step.Text(String _, int _, String content)
                ? line(step)
                        + "\n"
                        + content.lines()
                                .map(line -> ("    | " + line).stripTrailing())
                                .collect(Collectors.joining("\n"))
                : line(step);
    }

    private static String row(String verb, String path, int mode) {
        return "%-6s %s  %04o root".formatted(verb, path, mode);
    }
}
