package switchd.daemon.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import switchd.daemon.service.PackageFiles;

/// `switchd units`: systemd's units and the first configuration, for packages.
@Command(
        name = "units",
        hidden = true,
        header = "Write what a package of a Linux distribution needs beside the program.",
        description = {
            "",
            "These are systemd's units, the control socket's group and the first configuration, as"
                    + " install writes them.",
            ""
        },
        footer = "Exit status: 0 done, 64 wrong usage, 69 a file cannot be written, 70 a bug.")
public final class UnitsCommand implements Callable<Integer> {
    @Option(
            names = "--write",
            paramLabel = "DIR",
            required = true,
            description = "Below this directory, as in DIR/usr/lib/systemd/system.")
    private @Nullable Path directory;

    @Override
    public Integer call() throws Exception {
        if (directory == null) {
            throw new IllegalStateException("not run by picocli");
        }
        TextFiles.write(directory, PackageFiles.all());
        return ExitStatus.OK;
    }
}
