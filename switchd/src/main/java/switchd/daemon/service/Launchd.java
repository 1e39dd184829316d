package switchd.daemon.service;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import switchd.core.HostException;
import switchd.launchd.LaunchdJob;

/// launchd, which runs every macOS.
final class Launchd implements Manager {
    private static final String LAUNCHCTL = "/bin/launchctl";
    private static final String TARGET = "system/" + LaunchdJob.LABEL;

    private final Layout layout;

    Launchd(Layout layout) {
        this.layout = layout;
    }

    @Override
    public void check() {
        // There is no macOS without it.
    }

    /// The package for macOS runs `switchd install`.
    @Override
    public Optional<String> packaged() {
        return Optional.empty();
    }

    @Override
    public List<Step> files(List<String> command, String payload) {
        String log = layout.log();
        return List.of(
                new Step.Directory(log.substring(0, log.lastIndexOf('/')), 0755),
                new Step.Text(
                        LaunchdJob.PATH,
                        0644,
                        new LaunchdJob(command, layout.control(), log).plist()));
    }

    @Override
    public List<Manifest.Entry> made(Manifest old) {
        return List.of(
                new Manifest.Entry(Manifest.Kind.FILE, layout.log()),
                new Manifest.Entry(Manifest.Kind.FILE, layout.control().path()));
    }

    /// What launchd knows of the job; it may be waiting for a reason to start it.
    @Override
    public boolean isRunning() throws HostException {
        return Program.succeeds(List.of(LAUNCHCTL, "print", TARGET));
    }

    @Override
    public List<Step> undoing(boolean running) {
        return running
                ? List.of(
                        new Step.Run(
                                List.of(),
                                List.of(LAUNCHCTL, "bootstrap", "system", LaunchdJob.PATH)))
                : List.of();
    }

    @Override
    public List<Step> start(boolean running) {
        List<Step> steps = new ArrayList<>();
        if (running) {
            steps.addAll(stop(true));
        }
        // It may have been disabled once; that outlives the property list.
        steps.add(Step.Run.of(LAUNCHCTL, "enable", TARGET));
        steps.add(
                new Step.Run(
                        List.of(LAUNCHCTL, "bootstrap", "system", LaunchdJob.PATH),
                        List.of(LAUNCHCTL, "bootout", TARGET)));
        return steps;
    }

    /// It reads the property list when the job is loaded, and not again.
    @Override
    public List<Step> reread() {
        return List.of();
    }

    @Override
    public List<Step> stop(boolean running) {
        if (!running) {
            return List.of();
        }
        // It returns before the job has ended, and until then the label is taken.
        return List.of(
                Step.Run.of(LAUNCHCTL, "bootout", TARGET),
                new Step.Gone(List.of(LAUNCHCTL, "print", TARGET)));
    }

    @Override
    public List<Step> removed() {
        return List.of();
    }

    @Override
    public boolean hasGroup(String name) {
        return false; // none was made
    }

    @Override
    public Step removeGroup(String name) throws HostException {
        throw new HostException("no group was made on macOS: " + name);
    }

    @Override
    public String lookAt() {
        return "launchctl print " + TARGET + "; tail " + layout.log();
    }
}
