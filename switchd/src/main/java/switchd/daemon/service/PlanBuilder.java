package switchd.daemon.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import switchd.core.HostException;

/// Collects steps and what they make.
final class PlanBuilder {
    private static final int DIRECTORY = 0755;

    private final Place place;
    private final Disk disk;
    private final Manifest old;
    private final RootOnly rights;
    private final Layout layout;
    private final List<Step> steps = new ArrayList<>();
    private final Map<String, Manifest.Entry> made = new LinkedHashMap<>();
    private final List<String> notices = new ArrayList<>();

    /// @param layout that of the place, with what the configuration asks for
    PlanBuilder(Place place, Layout layout) {
        this.place = place;
        this.layout = layout;
        disk = place.disk();
        old = place.installed();
        rights = place.rights();
    }

    /// The program, its launcher, and what shows it to others.
    ///
    /// @return the launcher
    String program(InstallPlan.Wish wish) throws HostException {
        String home = wish.home();
        String java = wish.payload().jdk() + "/bin/java";
        if (wish.copies()) {
            for (Path folder : wish.payload().folders()) {
                copy(folder, home + "/" + folder.getFileName());
            }
            Path jdk = wish.payload().jdk();
            boolean own = wish.payload().hasOwnJdk();
            boolean weak = !own && isWeak(jdk);
            if (own || weak) {
                copy(jdk, home + "/jdk");
                java = home + "/jdk/bin/java";
            }
            if (weak) {
                notices.add(
                        "others than root may change the JDK "
                                + jdk
                                + ", so that a copy of it is installed: install again when"
                                + " there is a newer one");
            }
        }
        String launcher = home + "/bin/switchd";
        if (!wish.copies()) {
            keepProgram(home);
        }
        if (wish.copies() || !bringsLauncher(launcher)) {
            add(new Step.Text(launcher, 0755, Launcher.text(java, home + "/lib")));
        }
        link(layout.command(), launcher);
        share(wish.payload().image(), home);
        return launcher;
    }

    /// What the launcher loads classes from. One that is there already, and was not installed,
    /// stays.
    ///
    /// @param home folder of the program
    void cache(String launcher, String home) throws HostException {
        String path = home + "/switchd.aot";
        if (!disk.exists(path) || old.made(path)) {
            add(new Step.Cache(launcher, path));
        }
    }

    /// What is unpacked from an archive has a launcher of its own.
    private boolean bringsLauncher(String launcher) throws HostException {
        return disk.exists(launcher) && !old.made(launcher);
    }

    /// What an earlier installation has copied there goes on being ours.
    private void keepProgram(String home) {
        old.entries().stream()
                .filter(entry -> Path.of(entry.path()).startsWith(home))
                .filter(entry -> disk.exists(entry.path()))
                .forEach(entry -> made.put(entry.path(), entry));
    }

    private void copy(Path folder, String target) throws HostException {
        for (Step step : Payload.copy(folder, target)) {
            add(step);
        }
    }

    private boolean isWeak(Path folder) throws HostException {
        try {
            return rights.within(folder).isPresent();
        } catch (IOException e) {
            throw new HostException("cannot look at " + folder + ": " + Reason.of(e));
        }
    }

    /// Manual pages and completions are found where they belong by links.
    private void share(Path image, String home) throws HostException {
        for (String folder : Layout.SHARED) {
            Path there = image.resolve("share").resolve(folder);
            if (Files.isDirectory(there)) {
                try (Stream<Path> files = Files.list(there)) {
                    for (Path file : files.sorted().toList()) {
                        String name = "/" + file.getFileName();
                        link(Layout.shared(folder) + name, home + "/share/" + folder + name);
                    }
                } catch (IOException e) {
                    throw new HostException("cannot look at " + there + ": " + Reason.of(e));
                }
            }
        }
    }

    /// A link in a place that is not ours alone: where that cannot be, it is left out.
    private void link(String path, String target) throws HostException {
        Optional<RootOnly.Weakness> weakness = weakness(path);
        if (weakness.isPresent()) {
            notices.add("no link " + path + ", as " + weakness.get() + ": use " + target);
        } else if (disk.exists(path) && !old.made(path)) {
            notices.add(path + " is there already and stays as it is: use " + target);
        } else {
            add(new Step.Link(path, target));
        }
    }

    /// Below a root of its own, who may change what is its owner's affair.
    private Optional<RootOnly.Weakness> weakness(String path) throws HostException {
        try {
            return place.isLive()
                    ? rights.onTheWayTo(Path.of(path.substring(0, path.lastIndexOf('/'))))
                    : Optional.empty();
        } catch (IOException e) {
            throw new HostException("cannot look at " + path + ": " + Reason.of(e));
        }
    }

    /// The configuration: one that is there is left alone.
    void config(InstallPlan.Wish wish) throws HostException {
        String path = wish.config();
        Optional<Manifest.Entry> before = old.find(path);
        if (disk.exists(path)) {
            before.ifPresent(entry -> made.put(path, entry));
            return;
        }
        if (wish.example().isEmpty()) {
            throw new HostException(
                    "there is no " + path + ": write it first, or leave --config away");
        }
        add(new Step.Text(path, 0644, wish.example()));
        made.put(
                path,
                new Manifest.Entry(Manifest.Kind.CONFIG, path, Manifest.digest(wish.example())));
    }

    void add(List<Step> more) throws HostException {
        for (Step step : more) {
            add(step);
        }
    }

    void notice(String notice) {
        notices.add(notice);
    }

    void made(List<Manifest.Entry> entries) {
        entries.forEach(entry -> made.put(entry.path(), entry));
    }

    /// @throws HostException where something is in the way that no installation made
    void add(Step step) throws HostException {
        switch (step) {
            case Step.Directory(String path, int mode) -> directory(path, mode);
            case Step.Text(String path, int _, String _) -> file(step, path);
            case Step.Copy(Path _, String path, int _) -> file(step, path);
            case Step.Link(String path, String target) -> {
                file(step, path);
                made.put(path, new Manifest.Entry(Manifest.Kind.LINK, path, target));
            }
            case Step.Cache(String _, String path) -> file(step, path);
            case Step.Run _, Step.Gone _ -> steps.add(step);
        }
    }

    private void file(Step step, String path) throws HostException {
        if (disk.exists(path) && !old.made(path)) {
            throw new HostException(
                    path
                            + " is there, and `switchd install` did not make it: move it away"
                            + " first");
        }
        directory(path.substring(0, path.lastIndexOf('/')), DIRECTORY);
        steps.add(step);
        made.put(path, new Manifest.Entry(Manifest.Kind.FILE, path));
    }

    private void directory(String path, int mode) {
        if (path.isEmpty() || made.containsKey(path)) {
            return;
        }
        boolean exists = Files.isDirectory(disk.at(path));
        if (exists && !old.made(path)) {
            return;
        }
        directory(path.substring(0, path.lastIndexOf('/')), DIRECTORY);
        if (!exists) {
            steps.add(new Step.Directory(path, mode));
        }
        made.put(path, new Manifest.Entry(Manifest.Kind.DIRECTORY, path));
    }

    /// The plan: the manifest is written before all else.
    InstallPlan build() throws HostException {
        List<Step> later = List.copyOf(steps);
        steps.clear();
        Map<String, Manifest.Entry> others = new LinkedHashMap<>(made);
        made.clear();
        directory(layout.state(), DIRECTORY);
        // Removed last but for its directory.
        Manifest.Entry own = new Manifest.Entry(Manifest.Kind.FILE, layout.manifest());
        made.put(own.path(), own);
        made.putAll(others);
        Manifest manifest = new Manifest(layout.control().path(), List.copyOf(made.values()));
        // Until the end it lists what there was as well.
        steps.add(new Step.Text(layout.manifest(), Manifest.MODE, with(old).json()));
        steps.addAll(later);
        return new InstallPlan(List.copyOf(steps), manifest, List.copyOf(notices));
    }

    private Manifest with(Manifest before) {
        Map<String, Manifest.Entry> all = new LinkedHashMap<>();
        before.entries().forEach(entry -> all.put(entry.path(), entry));
        all.putAll(made);
        return new Manifest(layout.control().path(), List.copyOf(all.values()));
    }
}
