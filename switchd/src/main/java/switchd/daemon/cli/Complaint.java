package switchd.daemon.cli;

import java.lang.System.Logger.Level;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;
import switchd.daemon.config.Setting;
import switchd.daemon.log.LogFormat;
import switchd.daemon.log.StderrLog;

/// Says why a command does not do what it was asked.
final class Complaint {
    private static final System.Logger LOG = System.getLogger("switchd.daemon");

    private static final String JSON = Setting.LOG_FORMAT.option() + "=json";

    private static final long LONGEST_MILLIS = 5_000;

    private Complaint() {}

    /// On stderr; of the daemon, in the form of its log.
    ///
    /// @param unread words of a command line that was not read to its end
    static void tell(CommandLine command, String message, String... unread) {
        if (command.getCommand() instanceof SwitchdCommand daemon
                && (daemon.logsJson() || String.join("=", unread).contains(JSON))) {
            StderrLog.format(LogFormat.JSON);
            message.lines().forEach(line -> LOG.log(Level.ERROR, line));
            StderrLog.flush(LONGEST_MILLIS); // the process ends, and this is all that it says
        } else {
            command.getErr().println("switchd: " + message);
        }
    }

    /// What is wrong with a command line, what may have been meant, and where to look, on a line.
    static String of(ParameterException mistake) {
        CommandLine command = mistake.getCommandLine();
        String what =
                String.valueOf(mistake.getMessage())
                        .lines()
                        .map(String::strip)
                        .findFirst()
                        .orElse("");
        List<String> meant =
                mistake instanceof UnmatchedArgumentException unmatched
                        ? unmatched.getSuggestions()
                        : List.of();
        String question =
                meant.isEmpty() ? "" : ": did you mean " + String.join(" or ", meant) + "?";
        return "%s%s: see `%s --help`"
                .formatted(what, question, command.getCommandSpec().qualifiedName());
    }
}
