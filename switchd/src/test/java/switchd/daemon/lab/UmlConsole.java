package switchd.daemon.lab;

import java.time.Duration;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// Runs shell commands in a guest, one after the other, over its console (see `uml-init.sh`).
final class UmlConsole {
    private static final Duration BOOT = Duration.ofSeconds(60);

    private final Job guest;
    private int read;
    private int commands;

    /// Returns when the guest takes commands.
    UmlConsole(Job guest) {
        this.guest = guest;
        read = guest.awaitOutput("guest-is-ready\\s", BOOT).end();
    }

    /// Fails when the command takes longer than `timeout`; the guest takes no more then.
    synchronized Command run(String command, Duration timeout) {
        if (command.contains("\n")) {
            throw new IllegalArgumentException("more than one line: " + command);
        }
        String tag = "@command-" + ++commands;
        guest.write(tag + " " + command + "\n");
        MatchResult end = guest.awaitOutput(Pattern.compile(tag + "=(\\d+)\\s*?\n"), read, timeout);
        String output = guest.output().substring(read, end.start());
        read = end.end();
        return new Command(Integer.parseInt(end.group(1)), output);
    }
}
