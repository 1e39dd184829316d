package switchd.daemon.manual;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// Completion for zsh, with what options and commands mean.
final class ZshScript {
    private final String root;

    private ZshScript(String root) {
        this.root = root;
    }

    static String of(List<Syntax> all) {
        ZshScript script = new ZshScript(all.getFirst().path());
        return """
        #compdef %1$s
        # Completion of %1$s for zsh: as _%1$s in a directory of $fpath, or
        #   source <(%1$s completion zsh)

        _%1$s_lines() {
            local -a names
            names=(${(f)"$(eval "$2")"})
            _wanted names expl "$1" compadd -a names
        }

        %2$s
        if [[ $funcstack[1] == _%1$s ]]; then
            _%1$s "$@"
        else
            compdef _%1$s %1$s
        fi
        """
                .formatted(
                        script.root,
                        all.stream().map(script::function).collect(Collectors.joining("\n")));
    }

    private String function(Syntax syntax) {
        List<String> arguments = new ArrayList<>();
        syntax.options().forEach(option -> arguments.add(option(option)));
        List<Syntax> below = syntax.subcommands();
        if (!below.isEmpty()) {
            arguments.add("'1: :->command'");
            arguments.add("'*:: :->rest'");
        }
        syntax.parameters().forEach(parameter -> arguments.add(parameter(parameter)));
        StringBuilder text = new StringBuilder("_" + syntax.identifier() + "() {\n");
        text.append("    local curcontext=\"$curcontext\" context state state_descr line expl\n");
        text.append("    typeset -A opt_args\n");
        text.append("    _arguments -C -S \\\n        ");
        text.append(String.join(" \\\n        ", arguments)).append('\n');
        if (!below.isEmpty()) {
            dispatch(text, below);
        }
        return text.append("}\n").toString();
    }

    private static void dispatch(StringBuilder text, List<Syntax> below) {
        text.append("    case $state in\n        command)\n            local -a commands\n");
        text.append("            commands=(\n");
        for (Syntax one : below) {
            String line = one.name() + ":" + one.summary();
            text.append("                '").append(quoted(line)).append("'\n");
        }
        text.append("            )\n            _describe -t commands command commands\n");
        text.append("            ;;\n        rest)\n            case $line[1] in\n");
        for (Syntax one : below) {
            text.append("                %s) _%s ;;\n".formatted(one.name(), one.identifier()));
        }
        text.append("            esac\n            ;;\n    esac\n");
    }

    private String option(OptionSpec option) {
        List<String> names = Arrays.asList(option.names());
        String all = String.join(" ", names);
        // In a group of options that may come again, each of them may.
        boolean again = option.isMultiValue() || option.group() != null;
        String prefix = again ? "'*'" : names.size() > 1 ? "'(" + all + ")'" : "";
        String name = names.size() > 1 ? "{" + String.join(",", names) + "}" : names.getFirst();
        String meaning = "'[" + bracketed(Syntax.brief(option.description())) + "]";
        return prefix + name + meaning + (Syntax.hasValue(option) ? value(option) : "") + "'";
    }

    private String parameter(PositionalParamSpec parameter) {
        boolean endless = parameter.index().max() > parameter.index().min();
        if (Values.of(parameter).kind() == Values.Kind.COMMAND) {
            return "'*:::command:_normal'";
        }
        String index = endless ? "*" : Integer.toString(parameter.index().min() + 1);
        String optional = parameter.required() || endless ? "" : ":";
        return "'" + index + optional + value(parameter) + "'";
    }

    /// `:LABEL:action`.
    private String value(ArgSpec argument) {
        Values values = Values.of(argument);
        String label = quoted(argument.paramLabel().replaceAll("[\\[\\]<>]", "").replace(':', ' '));
        String lines = " _" + root + "_lines " + label + " '\\''";
        String action =
                switch (values.kind()) {
                    case FILE -> "_files";
                    case CHOICE -> "(" + String.join(" ", values.choices()) + ")";
                    case INTERFACE -> lines + Completion.INTERFACES + "'\\''";
                    case PORT -> lines + Completion.names(root, "port") + "'\\''";
                    case NETWORK -> lines + Completion.names(root, "network") + "'\\''";
                    case USER -> "_users";
                    case GROUP -> "_groups";
                    case COMMAND -> "_command_names";
                    case OTHER -> "";
                };
        return ":" + label + ":" + action;
    }

    private static String bracketed(String text) {
        return quoted(text).replace("[", "\\[").replace("]", "\\]");
    }

    private static String quoted(String text) {
        return text.replace("'", "'\\''");
    }
}
