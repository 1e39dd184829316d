package switchd.daemon.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;

/// Shows a text that changes, for `--watch`: in place on a terminal, elsewhere one block after the
/// other with an empty line between them.
final class WatchOutput {
    private static final String TOP_LEFT = "\u001b[H";
    private static final String CLEAR = "\u001b[2J";
    private static final String CLEAR_LINE = "\u001b[K";
    private static final String CLEAR_BELOW = "\u001b[J";

    private final PrintWriter out;
    private final Terminal terminal;
    private boolean first = true;

    WatchOutput(PrintWriter out, Terminal terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /// Shows what `text` gives, now and after each interval, until the process is told to stop or
    /// nobody reads any more.
    ///
    /// @throws Exception what `text` throws
    void run(Duration interval, Callable<String> text) throws Exception {
        while (show(text.call())) {
            Thread.sleep(interval);
        }
    }

    /// Shows the text in place of the one before. The screen is never empty in between.
    ///
    /// @param text lines, each with its end
    /// @return false where nobody reads any more
    boolean show(String text) {
        if (terminal.interactive()) {
            out.print(first ? CLEAR + TOP_LEFT : TOP_LEFT);
            out.print(text.replace("\n", CLEAR_LINE + "\n"));
            out.print(CLEAR_BELOW);
        } else {
            out.print(first ? "" : "\n");
            out.print(text);
        }
        first = false;
        return !out.checkError();
    }
}
