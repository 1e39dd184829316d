package switchd.daemon.manual;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import picocli.CommandLine.Model.CommandSpec;

/// What is shipped with the program for its users: man pages and completion scripts.
public final class Manual {
    private Manual() {}

    /// The manual page switchd(8).
    ///
    /// @param root the program's command
    public static String commands(CommandSpec root) {
        return CommandPage.of(Syntax.of(root));
    }

    /// The manual page switchd.json(5).
    public static String configuration() {
        return ConfigPage.of();
    }

    /// All files, by their paths below a prefix as `/usr/local`.
    ///
    /// @param root the program's command
    public static SequencedMap<String, String> files(CommandSpec root) {
        SequencedMap<String, String> files = new LinkedHashMap<>();
        files.put("share/man/man8/switchd.8", commands(root));
        files.put("share/man/man5/switchd.json.5", configuration());
        for (Completion shell : Completion.values()) {
            files.put(shell.place(), shell.script(root));
        }
        return files;
    }
}
