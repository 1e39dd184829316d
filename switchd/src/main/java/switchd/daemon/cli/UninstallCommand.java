package switchd.daemon.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import switchd.daemon.service.Place;
import switchd.daemon.service.Removal;

/// `switchd uninstall`: removes what `switchd install` made.
@Command(
        name = "uninstall",
        header = "Stop the service, and remove all that `switchd install` made.",
        description = {
            "",
            "Removes what the manifest of the installation lists, and nothing else. Refuses while"
                    + " VMs are attached. A configuration that was changed stays.",
            ""
        },
        footer = {
            "",
            "Exit status: 0 removed, 64 wrong usage, 69 nothing is installed or VMs are attached,"
                    + " 77 not permitted."
        })
public final class UninstallCommand implements Callable<Integer> {
    @Spec private @Nullable CommandSpec spec;

    @Option(names = "--dry-run", description = "Print what would be removed, and change nothing.")
    private boolean dryRun;

    @Option(names = "--force", description = "Though VMs are attached: they lose their network.")
    private boolean force;

    @Option(names = "--purge", description = "Remove a changed configuration as well.")
    private boolean purge;

    @Option(
            names = "--root",
            paramLabel = "DIR",
            description = "Remove what was installed below this folder.")
    private @Nullable Path root;

    @Override
    public Integer call() throws Exception {
        if (spec == null) {
            throw new IllegalStateException("not run by picocli");
        }
        PrintWriter out = spec.commandLine().getOut();
        Removal removal = new Removal(new Removal.Options(force, purge), Place.of(root, !dryRun));
        Removal.Plan plan = removal.plan();
        if (dryRun) {
            plan.lines().forEach(out::println);
            out.println("Nothing was changed: --dry-run.");
        } else {
            removal.apply(plan, out::println);
            out.println("Uninstalled.");
        }
        out.flush();
        return ExitStatus.OK;
    }
}
