package switchd.daemon.manual;

import static switchd.daemon.manual.Completion.alternatives;

import java.util.List;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// Completion for fish, with what options and commands mean.
final class FishScript {
    private final String root;
    private final List<Syntax> all;
    private final StringBuilder text = new StringBuilder();

    private FishScript(List<Syntax> all) {
        this.all = all;
        root = all.getFirst().path();
    }

    static String of(List<Syntax> all) {
        FishScript script = new FishScript(all);
        script.text.append(
                """
                # Completion of %1$s for fish.
                #   %1$s completion fish | source

                # The command that the words before the cursor are for.
                function __%1$s_path
                    set -l path %1$s
                    set -l skip 0
                    for word in (commandline -opc)[2..-1]
                        if test $skip -eq 1
                            set skip 0
                            continue
                        end
                        switch "$path $word"
                %2$s
                        end
                    end
                    echo $path
                end

                function __%1$s_at
                    test (__%1$s_path) = "$argv"
                end

                complete -c %1$s -f
                """
                        .formatted(script.root, script.walk()));
        all.forEach(script::command);
        return script.text.toString();
    }

    private String walk() {
        StringBuilder cases = new StringBuilder();
        List<String> below = Completion.below(all);
        if (!below.isEmpty()) {
            cases.append("            case ").append(alternatives(" ", below)).append('\n');
            cases.append("                set path \"$path $word\"\n");
        }
        List<String> withValue = Completion.withValue(all);
        if (!withValue.isEmpty()) {
            cases.append("            case ").append(alternatives(" ", withValue)).append('\n');
            cases.append("                set skip 1\n");
        }
        return cases.toString().stripTrailing();
    }

    private void command(Syntax syntax) {
        text.append('\n');
        for (Syntax below : syntax.subcommands()) {
            line(syntax, " -a " + below.name(), below.summary());
        }
        for (OptionSpec option : syntax.options()) {
            StringBuilder names = new StringBuilder();
            for (String name : option.names()) {
                names.append(name.startsWith("--") ? " -l " : " -s ");
                names.append(name.replaceFirst("^-+", ""));
            }
            String values = Syntax.hasValue(option) ? value(option) : "";
            line(syntax, names + values, Syntax.brief(option.description()));
        }
        for (PositionalParamSpec parameter : syntax.parameters()) {
            String values = values(parameter);
            if (!values.isEmpty()) {
                line(syntax, values, Syntax.brief(parameter.description()));
            }
        }
    }

    private void line(Syntax syntax, String what, String meaning) {
        text.append("complete -c ").append(root);
        text.append(" -n '__").append(root).append("_at ").append(syntax.path()).append("'");
        text.append(what).append(" -d '").append(quoted(meaning)).append("'\n");
    }

    /// That an option takes a value, which is no file unless its values are files.
    private String value(OptionSpec option) {
        boolean file = Values.of(option).kind() == Values.Kind.FILE;
        return (file ? " -r" : " -x") + values(option);
    }

    private String values(ArgSpec argument) {
        Values values = Values.of(argument);
        return switch (values.kind()) {
            case FILE -> " -F";
            case CHOICE -> " -a '" + String.join(" ", values.choices()) + "'";
            case INTERFACE -> " -a '(" + Completion.INTERFACES + ")'";
            case PORT -> " -a '(" + Completion.names(root, "port") + ")'";
            case NETWORK -> " -a '(" + Completion.names(root, "network") + ")'";
            case USER -> " -a '(__fish_complete_users)'";
            case GROUP -> " -a '(__fish_complete_groups)'";
            case COMMAND -> " -a '(__fish_complete_subcommand)'";
            case OTHER -> "";
        };
    }

    private static String quoted(String text) {
        return text.replace("\\", "\\\\").replace("'", "\\'");
    }
}
