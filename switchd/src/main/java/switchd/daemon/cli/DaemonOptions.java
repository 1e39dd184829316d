package switchd.daemon.cli;

import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import switchd.core.HostException;
import switchd.core.SwitchdException;
import switchd.daemon.control.ControlClient;
import switchd.daemon.words.JsonText;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What the commands of a running daemon have in common: which daemon, and how its answer is shown.
final class DaemonOptions extends ControlOption {
    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    @Option(
            names = "--json",
            description = "Print the daemon's answer as one JSON object on a line.")
    private boolean json;

    boolean isJson() {
        return json;
    }

    /// The command's standard output.
    PrintWriter out() {
        if (command == null) {
            throw new IllegalStateException("not run by picocli");
        }
        return command.commandLine().getOut();
    }

    /// Turns an answer into text for people.
    ///
    /// @param <T> what the answer is read as
    @FunctionalInterface
    interface Form<T> {
        /// @return lines, each with its end
        String text(T answer, Terminal terminal);
    }

    /// The answer as it is to be shown: lines, each with its end.
    ///
    /// @throws HostException where it is not what this version knows
    <T> String show(JsonNode answer, Class<T> type, Form<T> form) throws HostException {
        return json
                ? JsonText.line(answer) + "\n"
                : form.text(read(answer, type), Terminal.current());
    }

    /// Calls a method once and prints its answer.
    ///
    /// @param params a record or a map
    /// @throws SwitchdException as the method fails
    <T> int ask(String method, Object params, Class<T> type, Form<T> form) throws SwitchdException {
        try (ControlClient daemon = connect()) {
            print(show(daemon.call(method, params), type, form));
            return ExitStatus.OK;
        }
    }

    /// Prints at once, so that a pipe gets it.
    void print(String text) {
        out().print(text);
        out().flush();
    }

    private static <T> T read(JsonNode answer, Class<T> type) throws HostException {
        try {
            return JsonMapper.shared().treeToValue(answer, type);
        } catch (JacksonException e) {
            throw new HostException(
                    "the running daemon is another version: restart it, or use --json: "
                            + e.getOriginalMessage());
        }
    }
}
