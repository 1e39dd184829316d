package switchd.daemon.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import switchd.daemon.service.InstallPlan;
import switchd.daemon.service.Installation;
import switchd.daemon.service.Place;
import switchd.daemon.service.StepText;

/// `switchd install`: makes the daemon a service.
@Command(
        name = "install",
        header = "Install switchd as a service that starts with the machine.",
        description = {
            "",
            "Writes a launchd job (macOS) or systemd's units (Linux), a first configuration where"
                    + " there is none, and starts the service. Everything made is listed in a manifest,"
                    + " by which `switchd uninstall` removes it. Installing again brings all up to"
                    + " date. Where a step fails, those before it are taken back.",
            "",
            "What the service runs must be root's alone: program, JDK, configuration, and all"
                    + " directories above them. --prefix makes a copy that is.",
            ""
        },
        footer = {
            "",
            "Exit status: 0 installed, 64 wrong usage, 69 it cannot be, 77 not permitted.",
            "",
            "Examples:",
            "  bin/switchd install --prefix /opt/switchd --dry-run",
            "  sudo bin/switchd install --prefix /opt/switchd"
        })
public final class InstallCommand implements Callable<Integer> {
    @Spec private @Nullable CommandSpec spec;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "The service's configuration, which must be there. Default:"
                            + " /etc/switchd/switchd.json (macOS: /usr/local/etc/switchd/switchd.json),"
                            + " written where there is none.")
    private @Nullable Path config;

    @Option(
            names = "--prefix",
            paramLabel = "DIR",
            description =
                    "Copy the program there, such as /opt/switchd, and the JDK as well where others"
                            + " than root may change it. Default: run it from where it is.")
    private @Nullable String prefix;

    @Option(
            names = "--root",
            paramLabel = "DIR",
            description =
                    "Make the files below this folder, for a package or another system: nothing is"
                            + " started here.")
    private @Nullable Path root;

    @Option(
            names = "--dry-run",
            description = "Print all that would be written and run, and change nothing.")
    private boolean dryRun;

    @Option(
            names = "--force",
            description = "Start a running daemon anew, though its VMs lose their network.")
    private boolean force;

    @Option(
            names = "--no-cache",
            description =
                    "Make no cache of loaded classes: installing takes seconds less, and every start"
                            + " twice as long.")
    private boolean noCache;

    @Override
    public Integer call() throws Exception {
        if (spec == null) {
            throw new IllegalStateException("not run by picocli");
        }
        PrintWriter out = spec.commandLine().getOut();
        String file = config == null ? null : config.toAbsolutePath().normalize().toString();
        Installation installation =
                new Installation(
                        new Installation.Options(file, prefix, force, !noCache),
                        Place.of(root, !dryRun));
        InstallPlan plan = installation.plan();
        if (dryRun) {
            plan.steps().stream()
                    .map(StepText::full)
                    .filter(text -> !text.isEmpty())
                    .forEach(out::println);
            plan.notices().forEach(notice -> out.println("note   " + notice));
            out.println("Nothing was changed: --dry-run.");
        } else {
            installation.apply(plan, out::println);
            plan.notices().forEach(notice -> out.println("note   " + notice));
            out.println("Installed. To look at it: " + installation.lookAt());
        }
        out.flush();
        return ExitStatus.OK;
    }
}
