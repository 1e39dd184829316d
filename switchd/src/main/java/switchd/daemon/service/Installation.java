package switchd.daemon.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import switchd.core.HostException;
import switchd.core.SwitchdException;
import switchd.core.Undo;
import switchd.core.UsageException;
import switchd.daemon.config.ControlConfig;
import switchd.daemon.config.Settings;
import switchd.daemon.config.Surroundings;

/// Installs the daemon as a service, or brings an installed one up to date.
public final class Installation {
    private final Options options;
    private final Place place;

    /// @param place where to
    public Installation(Options options, Place place) {
        this.options = options;
        this.place = place;
    }

    /// What the operator wants.
    ///
    /// @param config the configuration, which exists; null for the usual one, which is made where
    ///   there is none
    /// @param prefix where to put a copy of the program; null to run it from where it is
    /// @param force whether a daemon with VMs is started anew
    /// @param cache whether a cache of the program's classes is made
    public record Options(
            @Nullable String config, @Nullable String prefix, boolean force, boolean cache) {}

    /// What is to be done.
    ///
    /// @throws SwitchdException where it cannot be
    public InstallPlan plan() throws SwitchdException {
        Payload payload = Payload.running();
        String home = options.prefix == null ? payload.image().toString() : prefix();
        boolean copies = !Path.of(home).equals(payload.image());
        requireRootOnly(payload, home, copies);

        String config = options.config == null ? place.layout().config() : options.config;
        String example = options.config == null ? Example.text(place.layout().kernel()) : "";
        requireRootOnly(config, "give --config a place that only root may change");
        Layout layout = place.layout().with(control(config));
        Manager manager = Manager.of(layout);
        if (place.isLive()) {
            requireNoPackage(manager);
            manager.check();
        }
        var wish = new InstallPlan.Wish(home, payload, copies, config, example);

        PlanBuilder plan = new PlanBuilder(place, layout);
        boolean running = place.isLive() && manager.isRunning();
        if (place.isLive()) {
            plan.add(manager.undoing(running));
        }
        String launcher = plan.program(wish);
        if (options.cache && place.isLive()) {
            plan.cache(launcher, home);
        }
        plan.config(wish);
        plan.add(manager.files(List.of(launcher, "--config", config), home));
        if (place.isLive()) {
            plan.made(manager.made(place.installed()));
            plan.add(startOrReread(manager, running, plan));
        }
        return plan.build();
    }

    private static void requireNoPackage(Manager manager) throws HostException {
        Optional<String> packaged = manager.packaged();
        if (packaged.isPresent()) {
            throw new HostException(
                    "a package has brought the service, "
                            + packaged.get()
                            + ": `systemctl enable --now switchd` starts it; to install another"
                            + " one, remove the package first");
        }
    }

    /// What a configuration that is there says of the control socket.
    private @Nullable ControlConfig control(String config) throws SwitchdException {
        Path file = place.disk().at(config);
        if (!Files.exists(file)) {
            return null;
        }
        Surroundings roots = new Surroundings(Map.of(), null, place.isLive() ? Set.of(0) : null);
        return Settings.ofFile(file, roots).config().control();
    }

    private List<Step> startOrReread(Manager manager, boolean running, PlanBuilder plan)
            throws SwitchdException {
        int attached = running && !options.force ? AttachedVms.count(runningControl()) : 0;
        if (attached == 0) {
            return manager.start(running);
        }
        plan.notice(
                AttachedVms.text(attached)
                        + " attached: the running daemon goes on as it is; --force starts it anew,"
                        + " and VMs lose their network until they are started again");
        return manager.reread();
    }

    /// Where the daemon that runs now listens, whatever the configuration says by now.
    private String runningControl() {
        String control = place.installed().control();
        return control.isEmpty() ? place.layout().control().path() : control;
    }

    private String prefix() throws UsageException {
        Path prefix = Path.of(String.valueOf(options.prefix));
        if (!prefix.isAbsolute()
                || !prefix.equals(prefix.normalize())
                || prefix.getNameCount() == 0) {
            throw new UsageException(
                    "--prefix: an absolute path as " + Layout.PREFIX + ", not " + prefix);
        }
        return prefix.toString();
    }

    private void requireRootOnly(Payload payload, String home, boolean copies)
            throws HostException {
        try {
            if (copies) {
                requireRootOnly(home, "give --prefix a place that only root may change");
                return;
            }
            for (Path folder : List.of(payload.image(), payload.jdk())) {
                Optional<RootOnly.Weakness> weakness = place.rights().within(folder);
                if (weakness.isPresent()) {
                    throw refusal(
                            weakness.get(),
                            "`switchd install --prefix "
                                    + Layout.PREFIX
                                    + "` installs a copy that only root may change");
                }
            }
        } catch (IOException e) {
            throw new HostException("cannot look at what would run: " + Reason.of(e));
        }
    }

    private void requireRootOnly(String path, String cure) throws HostException {
        if (!place.isLive()) {
            return; // the owner of a root of its own sees to that
        }
        try {
            Optional<RootOnly.Weakness> weakness = place.rights().onTheWayTo(Path.of(path));
            if (weakness.isPresent()) {
                throw refusal(weakness.get(), cure);
            }
        } catch (IOException e) {
            throw new HostException("cannot look at " + path + ": " + Reason.of(e));
        }
    }

    private static HostException refusal(RootOnly.Weakness weakness, String cure) {
        return new HostException(
                "others than root could change what runs as root: " + weakness + ": " + cure);
    }

    /// How the operator sees what became of it.
    public String lookAt() {
        return place.manager().lookAt();
    }

    /// Does what the plan says. Where a step fails, those before it are taken back.
    ///
    /// @param told gets a line for each step
    /// @throws SwitchdException the failure
    public void apply(InstallPlan plan, Consumer<String> told) throws SwitchdException {
        Disk disk = place.disk();
        try (Undo undo = new Undo()) {
            for (Step step : plan.steps()) {
                apply(step, undo, told);
            }
            Manifest before = place.installed();
            String manifest = place.layout().manifest();
            disk.write(manifest, Manifest.MODE, plan.manifest().json().getBytes(UTF_8), undo);
            undo.keep();
            disk.finish();
            for (Manifest.Entry entry : before.entries().reversed()) {
                if (!plan.manifest().made(entry.path())) {
                    disk.remove(entry.path());
                }
            }
        }
    }

    private void apply(Step step, Undo undo, Consumer<String> told) throws SwitchdException {
        String line = StepText.line(step);
        if (!line.isEmpty()) {
            told.accept(line);
        }
        Disk disk = place.disk();
        switch (step) {
            case Step.Directory(String path, int mode) -> disk.makeDirectory(path, mode, undo);
            case Step.Text(String path, int mode, String content) ->
                    disk.write(path, mode, content.getBytes(UTF_8), undo);
            case Step.Copy(Path source, String path, int mode) ->
                    disk.copy(source, path, mode, undo);
            case Step.Link(String path, String target) -> disk.link(path, target, undo);
            case Step.Cache(String command, String path) -> {
                undo.push(() -> disk.remove(path));
                if (!Program.succeeds(List.of(command, "cache"))) {
                    told.accept("note   no " + path + " was made: commands start slower without");
                }
            }
            case Step.Run(var command, var takenBack) -> {
                if (!takenBack.isEmpty()) {
                    undo.push(() -> Program.run(takenBack));
                }
                if (!command.isEmpty()) {
                    Program.run(command);
                }
            }
            case Step.Gone(var command) -> Program.awaitFailure(command);
        }
    }
}
