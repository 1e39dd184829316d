package switchd.daemon.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import switchd.daemon.config.Schema;

/// `switchd config schema`: the JSON Schema of the configuration file.
@Command(
        name = "schema",
        mixinStandardHelpOptions = true,
        exitCodeOnInvalidInput = ExitStatus.USAGE,
        synopsisHeading = "%nUsage: ",
        header = "Print the JSON Schema (2020-12) of the configuration file.",
        description = {
            "",
            "For editors that complete and check: name its file by \"$schema\" in the"
                    + " configuration.",
            ""
        })
public final class ConfigSchemaCommand implements Callable<Integer> {
    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        if (spec == null) {
            throw new IllegalStateException("not run by picocli");
        }
        spec.commandLine().getOut().print(Schema.text());
        spec.commandLine().getOut().flush();
        return ExitStatus.OK;
    }
}
