package switchd.daemon.manual;

import static switchd.daemon.manual.Completion.alternatives;
import static switchd.daemon.manual.Completion.words;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// Completion for bash from 3.2 (macOS) on; needs no package bash-completion.
final class BashScript {
    private final String root;
    private final List<Syntax> all;

    private BashScript(List<Syntax> all) {
        this.all = all;
        root = all.getFirst().path();
    }

    static String of(List<Syntax> all) {
        BashScript script = new BashScript(all);
        return """
        # Completion of %1$s for bash.
        #   source <(%1$s completion bash)

        _%1$s_words() {
            local IFS=$'\\n'
            COMPREPLY=($(compgen -W "$1" -- "$cur"))
        }

        # Without words of its own, bash completes files; here nothing is to be completed.
        _%1$s_nothing() {
            COMPREPLY=()
            type compopt >/dev/null 2>&1 && compopt +o default +o bashdefault 2>/dev/null
            return 0
        }

        _%1$s() {
            local cur=${COMP_WORDS[COMP_CWORD]} path=%1$s option= count=0 i word
            COMPREPLY=()
            for ((i = 1; i < COMP_CWORD; i++)); do
                word=${COMP_WORDS[i]}
                case "$path $word" in
        %2$s
                    *)
                        [[ $word == -* ]] || count=$((count + 1))
                        ;;
                esac
            done
            [[ $cur == = ]] && cur=

            case "$path $option" in
        %3$s
            esac
            if [[ $cur == -* ]]; then
                case $path in
        %4$s
                esac
                return
            fi
            case "$path $count" in
        %5$s
                *) _%1$s_nothing ;;
            esac
        }

        complete -o bashdefault -o default -F _%1$s %1$s
        """
                .formatted(
                        script.root,
                        script.walk(),
                        script.values(),
                        script.options(),
                        script.parameters());
    }

    /// Which command the words before the cursor are for, and what the last of them waits for.
    private String walk() {
        List<String> below = Completion.below(all);
        List<String> withValue = Completion.withValue(all);
        StringBuilder text = new StringBuilder();
        if (!below.isEmpty()) {
            text.append("            ").append(alternatives(" | ", below)).append(")\n");
            text.append("                path=\"$path $word\" count=0\n                ;;\n");
        }
        if (!withValue.isEmpty()) {
            text.append("            ").append(alternatives(" | ", withValue)).append(")\n");
            text.append("                i=$((i + 1))\n");
            text.append("                [[ ${COMP_WORDS[i]} != = ]] || i=$((i + 1))\n");
            text.append("                [[ $i -lt $COMP_CWORD ]] || option=$word\n");
            text.append("                ;;");
        }
        return text.toString();
    }

    private String values() {
        StringBuilder text = new StringBuilder();
        for (Syntax syntax : all) {
            for (OptionSpec option : syntax.optionsWithValue()) {
                List<String> names =
                        Arrays.stream(option.names())
                                .map(name -> syntax.path() + " " + name)
                                .toList();
                line(text, alternatives(" | ", names), complete(option) + "; return");
            }
        }
        return text.toString().stripTrailing();
    }

    private String options() {
        StringBuilder text = new StringBuilder();
        for (Syntax syntax : all) {
            Stream<String> names =
                    syntax.options().stream().flatMap(option -> Arrays.stream(option.names()));
            line(text, "    '" + syntax.path() + "'", wordsOf(names));
        }
        return text.toString().stripTrailing();
    }

    private String parameters() {
        StringBuilder text = new StringBuilder();
        for (Syntax syntax : all) {
            if (!syntax.subcommands().isEmpty()) {
                Stream<String> names = syntax.subcommands().stream().map(Syntax::name);
                line(text, "'" + syntax.path() + " 0'", wordsOf(names));
            }
            for (PositionalParamSpec parameter : syntax.parameters()) {
                boolean endless = parameter.index().max() > parameter.index().min();
                String index = endless ? "*" : Integer.toString(parameter.index().min());
                line(text, "'" + syntax.path() + " '" + index, complete(parameter));
            }
        }
        return text.toString().stripTrailing();
    }

    private static void line(StringBuilder text, String pattern, String action) {
        text.append("        ").append(pattern).append(") ").append(action).append(" ;;\n");
    }

    private String wordsOf(Stream<String> words) {
        return "_" + root + "_words $'" + words(words).replace(" ", "\\n") + "'";
    }

    private String complete(ArgSpec argument) {
        Values values = Values.of(argument);
        return switch (values.kind()) {
            case FILE -> ":"; // bash does, as there are no words
            case CHOICE -> wordsOf(values.choices().stream());
            case INTERFACE -> "_" + root + "_words \"$(" + Completion.INTERFACES + ")\"";
            case PORT -> "_" + root + "_words \"$(" + Completion.names(root, "port") + ")\"";
            case NETWORK -> "_" + root + "_words \"$(" + Completion.names(root, "network") + ")\"";
            case USER -> "COMPREPLY=($(compgen -u -- \"$cur\"))";
            case GROUP -> "COMPREPLY=($(compgen -g -- \"$cur\"))";
            case COMMAND -> "COMPREPLY=($(compgen -c -- \"$cur\"))";
            case OTHER -> "_" + root + "_nothing";
        };
    }
}
