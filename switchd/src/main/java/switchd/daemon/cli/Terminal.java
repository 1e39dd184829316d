package switchd.daemon.cli;

import java.io.Console;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a command's output goes to.
///
/// @param interactive a terminal whose cursor can be moved
/// @param coloured show colours
record Terminal(boolean interactive, boolean coloured) {
    /// A pipe or a file.
    static final Terminal NONE = new Terminal(false, false);

    /// That of this process. Where stdin is not a terminal, stdout counts as none either.
    static Terminal current() {
        return of(isStdout(), System.getenv());
    }

    /// True where stdin and stdout are a terminal.
    @SuppressWarnings("SystemConsoleNull") // null in JDK 25, unless jdk.internal.le is there
    static boolean isStdout() {
        @Nullable Console console = System.console();
        return console != null && console.isTerminal();
    }

    /// By the manners of [no-color.org](https://no-color.org): no colours where `NO_COLOR` is set
    /// and not empty, where `TERM` is `dumb` or missing, and in no pipe.
    static Terminal of(boolean isTerminal, Map<String, String> environment) {
        boolean smart = isTerminal && !environment.getOrDefault("TERM", "dumb").equals("dumb");
        boolean wanted = environment.getOrDefault("NO_COLOR", "").isEmpty();
        return new Terminal(smart, smart && wanted);
    }
}
