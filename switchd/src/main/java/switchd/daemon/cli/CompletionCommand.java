package switchd.daemon.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import switchd.daemon.manual.Completion;

/// `switchd completion`: the script that makes a shell complete what is typed.
@Command(
        name = "completion",
        header = "Print a script that makes a shell complete commands and options.",
        description = {
            "",
            "Prints a script for the shell. The packages of switchd bring it along; from a checkout,"
                    + " have it read when the shell starts.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  source <(switchd completion bash)       in ~/.bashrc",
            "  source <(switchd completion zsh)        in ~/.zshrc, after compinit",
            "  switchd completion fish | source        in ~/.config/fish/config.fish"
        })
public final class CompletionCommand implements Callable<Integer> {
    @Spec private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "bash|zsh|fish", description = "The shell.")
    private @Nullable Completion shell;

    @Override
    public Integer call() {
        if (spec == null || shell == null) {
            throw new IllegalStateException("not run by picocli");
        }
        spec.commandLine().getOut().print(shell.script(Main.commandLine().getCommandSpec()));
        spec.commandLine().getOut().flush();
        return ExitStatus.OK;
    }
}
