package switchd.daemon.lab;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/// A command that is run to its end.
///
/// @param exit its exit status
/// @param output what it printed on both streams
public record Command(int exit, String output) {

    /// Runs `command`; fails when it takes longer than `timeout`, whatever its exit status.
    static Command tried(Duration timeout, List<String> command) {
        try (var job = Job.start(command, Map.of())) {
            int exit = job.awaitExit(timeout);
            return new Command(exit, job.output());
        }
    }

    /// Runs `command` and returns its output; fails, with that output, when it fails.
    static String run(Duration timeout, List<String> command) {
        return tried(timeout, command).orFail(String.join(" ", command));
    }

    static String run(String... command) {
        return run(Await.SHORT, List.of(command));
    }

    /// The output of a command that succeeded; fails for one that did not.
    ///
    /// @param what the command, for the message
    public String orFail(String what) {
        if (exit != 0) {
            throw new AssertionError("%s: exit status %d:%n%s".formatted(what, exit, output));
        }
        return output;
    }
}
