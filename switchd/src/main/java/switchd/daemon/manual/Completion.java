package switchd.daemon.manual;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;

/// A script that teaches a shell the commands, their options and what these take.
///
/// Written by hand for each shell, from picocli's model: picocli's own script knows no fish,
/// changes options of the user's zsh, and takes any word on the line for a command. No JVM is
/// started for a completion, but for the names of ports and networks.
public enum Completion {
    BASH("share/bash-completion/completions/switchd") {
        @Override
        public String script(CommandSpec root) {
            return BashScript.of(Syntax.of(root).andBelow());
        }
    },
    ZSH("share/zsh/site-functions/_switchd") {
        @Override
        public String script(CommandSpec root) {
            return ZshScript.of(Syntax.of(root).andBelow());
        }
    },
    FISH("share/fish/vendor_completions.d/switchd.fish") {
        @Override
        public String script(CommandSpec root) {
            return FishScript.of(Syntax.of(root).andBelow());
        }
    };

    /// Names of interfaces, on Linux and on macOS; in every shell.
    static final String INTERFACES =
            "ls /sys/class/net 2>/dev/null || ifconfig -l 2>/dev/null | tr \" \" \"\\n\"";

    private final String place;

    Completion(String place) {
        this.place = place;
    }

    /// Where the shell looks for it, below a prefix as `/usr/local`.
    public String place() {
        return place;
    }

    /// The script.
    ///
    /// @param root the program's command
    public abstract String script(CommandSpec root);

    /// The names of what the daemon has: the first column of the command's table, without its
    /// header.
    static String names(String root, String what) {
        return root + " " + what + " ls 2>/dev/null | sed -e 1d -e \"s/ .*//\"";
    }

    static String words(Stream<String> words) {
        return words.collect(Collectors.joining(" "));
    }

    /// Alternatives of a shell's `case`, each in quotes.
    static String alternatives(String separator, List<String> words) {
        return words.stream().map(word -> "'" + word + "'").collect(Collectors.joining(separator));
    }

    /// `path option` for all options of all commands that are followed by a value.
    static List<String> withValue(List<Syntax> all) {
        return all.stream()
                .flatMap(syntax ->
                        syntax.optionsWithValue().stream()
                                .flatMap(option ->
                                        Arrays.stream(option.names())
                                                .map(name -> syntax.path() + " " + name)))
                .toList();
    }

    /// The paths of all commands but the first.
    static List<String> below(List<Syntax> all) {
        return all.stream().skip(1).map(Syntax::path).toList();
    }
}
