package switchd.daemon.service;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import switchd.core.HostException;
import switchd.launchd.SystemdUnits;

/// systemd, as the system's manager.
final class Systemd implements Manager {
    private static final String SYSUSERS = "/etc/sysusers.d/switchd.conf";

    private final Layout layout;

    Systemd(Layout layout) {
        this.layout = layout;
    }

    @Override
    public void check() throws HostException {
        if (!Files.isDirectory(Path.of("/run/systemd/system"))) {
            throw new HostException(
                    "systemd does not run this machine, as /run/systemd/system is not there: have"
                            + " what does run `switchd --config "
                            + layout.config()
                            + "`, or give --root DIR to make the files only");
        }
    }

    @Override
    public Optional<String> packaged() {
        String file = vendors(SystemdUnits.SERVICE);
        return Files.exists(Path.of(file)) ? Optional.of(file) : Optional.empty();
    }

    @Override
    public List<Step> files(List<String> command, String payload) {
        SystemdUnits units = new SystemdUnits(command, layout.control(), payload);
        return List.of(
                new Step.Text(SYSUSERS, 0644, units.sysusers()),
                new Step.Text(unit(SystemdUnits.SOCKET), 0644, units.socket()),
                new Step.Text(unit(SystemdUnits.SERVICE), 0644, units.service()));
    }

    /// Where a package has a unit.
    static String vendors(String name) {
        return "/usr/lib/systemd/system/" + name;
    }

    private static String unit(String name) {
        return SystemdUnits.FOLDER + "/" + name;
    }

    @Override
    public List<Manifest.Entry> made(Manifest old) throws HostException {
        List<Manifest.Entry> made = new ArrayList<>();
        // systemd makes it, and keeps it when the service stops.
        made.add(new Manifest.Entry(Manifest.Kind.DIRECTORY, "/run/switchd"));
        String group = layout.control().group();
        if (old.made(group) || !hasGroup(group)) {
            made.add(new Manifest.Entry(Manifest.Kind.GROUP, group));
        }
        return made;
    }

    @Override
    public boolean hasGroup(String name) throws HostException {
        return Program.succeeds(List.of(Program.find("getent"), "group", name));
    }

    @Override
    public boolean isRunning() throws HostException {
        return Program.succeeds(List.of(systemctl(), "is-active", "--quiet", SystemdUnits.SERVICE));
    }

    @Override
    public List<Step> undoing(boolean running) throws HostException {
        List<Step> steps = new ArrayList<>();
        if (running) {
            steps.add(undo("start", SystemdUnits.SOCKET, SystemdUnits.SERVICE));
        }
        steps.add(undo("daemon-reload"));
        return steps;
    }

    @Override
    public List<Step> start(boolean running) throws HostException {
        String group = layout.control().group();
        List<String> removeGroup =
                hasGroup(group) ? List.of() : List.of(Program.find("groupdel"), group);
        List<Step> steps = new ArrayList<>();
        steps.add(new Step.Run(List.of(Program.find("systemd-sysusers"), SYSUSERS), removeGroup));
        steps.addAll(reread());
        steps.add(
                both(
                        List.of("enable", SystemdUnits.SOCKET, SystemdUnits.SERVICE),
                        running
                                ? List.of()
                                : List.of("disable", SystemdUnits.SOCKET, SystemdUnits.SERVICE)));
        if (running) {
            // The socket cannot be opened anew under a running service.
            steps.add(run("stop", SystemdUnits.SERVICE, SystemdUnits.SOCKET));
        }
        steps.add(
                both(
                        List.of("start", SystemdUnits.SOCKET, SystemdUnits.SERVICE),
                        List.of("stop", SystemdUnits.SERVICE, SystemdUnits.SOCKET)));
        return steps;
    }

    @Override
    public List<Step> reread() throws HostException {
        return List.of(run("daemon-reload"));
    }

    @Override
    public List<Step> stop(boolean running) throws HostException {
        return Files.exists(Path.of(unit(SystemdUnits.SERVICE)))
                ? List.of(run("disable", "--now", SystemdUnits.SERVICE, SystemdUnits.SOCKET))
                : List.of();
    }

    @Override
    public List<Step> removed() throws HostException {
        return reread();
    }

    @Override
    public Step removeGroup(String name) throws HostException {
        return Step.Run.of(Program.find("groupdel"), name);
    }

    @Override
    public String lookAt() {
        return "systemctl status switchd; journalctl -u switchd";
    }

    private static String systemctl() throws HostException {
        return Program.find("systemctl");
    }

    private static Step run(String... words) throws HostException {
        return both(List.of(words), List.of());
    }

    private static Step undo(String... words) throws HostException {
        return both(List.of(), List.of(words));
    }

    private static Step both(List<String> words, List<String> undo) throws HostException {
        return new Step.Run(command(words), command(undo));
    }

    private static List<String> command(List<String> words) throws HostException {
        List<String> command = new ArrayList<>(words);
        if (!words.isEmpty()) {
            command.addFirst(systemctl());
        }
        return command;
    }
}
