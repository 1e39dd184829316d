package switchd.daemon.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import switchd.attach.keeper.KeeperClient;
import switchd.core.HostException;
import switchd.core.SwitchdException;

/// Removes what an installation has made, and nothing else.
public final class Removal {
    private static final String END_KEEPER = "end    the process that holds VMs' sockets";

    private final Options options;
    private final Place place;

    /// @param place where from
    public Removal(Options options, Place place) {
        this.options = options;
        this.place = place;
    }

    /// What the operator wants.
    ///
    /// @param force whether VMs may lose their network
    /// @param purge whether a changed configuration goes as well
    public record Options(boolean force, boolean purge) {}

    /// What is to be done.
    ///
    /// @param before what stops the service
    /// @param keeper whether a process holds VMs' sockets, which is to end then
    /// @param entries what goes, in order
    /// @param kept what stays: changed configurations, folders with something else in them; a line
    ///   for each
    /// @param after what is to be run then
    public record Plan(
            List<Step> before,
            boolean keeper,
            List<Manifest.Entry> entries,
            List<String> kept,
            List<Step> after) {

        /// A line for everything.
        public List<String> lines() {
            List<String> lines = new ArrayList<>();
            before.forEach(step -> lines.add(StepText.line(step)));
            if (keeper) {
                lines.add(END_KEEPER);
            }
            entries.forEach(entry -> lines.add("remove " + named(entry)));
            lines.addAll(kept);
            after.forEach(step -> lines.add(StepText.line(step)));
            return lines;
        }
    }

    /// Looks at what is there.
    ///
    /// @throws SwitchdException where nothing is installed, or VMs are attached
    public Plan plan() throws SwitchdException {
        Manifest installed = place.installed();
        Manager manager = place.manager();
        if (installed.entries().isEmpty()) {
            throw new HostException(
                    place.isLive() && manager.packaged().isPresent()
                            ? manager.packaged().get()
                                    + " is of a package: `apt-get purge switchd` removes it"
                            : "nothing is installed: there is no " + place.layout().manifest());
        }
        boolean running = place.isLive() && manager.isRunning();
        if (running && !options.force) {
            refuseWithVms();
        }
        List<Manifest.Entry> entries = new ArrayList<>();
        List<String> kept = new ArrayList<>();
        Set<Path> gone = new HashSet<>();
        for (Manifest.Entry entry : installed.entries().reversed()) {
            if (isChanged(entry) && !options.purge) {
                kept.add("keep   " + entry.path() + "  (changed; --purge removes it)");
            } else if (isThere(entry) && holdsOthers(entry, gone)) {
                kept.add(keptFolder(entry));
            } else if (isThere(entry)) {
                entries.add(entry);
                gone.add(place.disk().at(entry.path()));
            }
        }
        return new Plan(
                place.isLive() ? manager.stop(running) : List.of(),
                place.isLive() && Files.exists(Path.of(keeper()), LinkOption.NOFOLLOW_LINKS),
                entries,
                kept,
                place.isLive() ? manager.removed() : List.of());
    }

    /// A folder with something in it that does not go.
    ///
    /// @param gone what goes before it
    private boolean holdsOthers(Manifest.Entry entry, Set<Path> gone) throws HostException {
        // What the service keeps below /run goes when it is stopped.
        if (entry.kind() != Manifest.Kind.DIRECTORY || entry.path().startsWith("/run/")) {
            return false;
        }
        try (Stream<Path> inside = Files.list(place.disk().at(entry.path()))) {
            return !inside.allMatch(gone::contains);
        } catch (IOException e) {
            throw new HostException("cannot read " + entry.path() + ": " + Reason.of(e));
        }
    }

    private static String keptFolder(Manifest.Entry entry) {
        return "keep   " + named(entry) + "  (something else is in it)";
    }

    private void refuseWithVms() throws SwitchdException {
        int attached = AttachedVms.count(place.installed().control());
        if (attached > 0) {
            throw new HostException(
                    AttachedVms.text(attached)
                            + " attached: stop them first, or give --force and they lose their"
                            + " network");
        }
    }

    private boolean isChanged(Manifest.Entry entry) throws HostException {
        if (entry.kind() != Manifest.Kind.CONFIG || !place.disk().exists(entry.path())) {
            return false;
        }
        try {
            byte[] now = Files.readAllBytes(place.disk().at(entry.path()));
            return !Manifest.digest(now).equals(entry.content());
        } catch (IOException e) {
            throw new HostException("cannot read " + entry.path() + ": " + Reason.of(e));
        }
    }

    /// What others have put in the place of ours is not ours.
    private boolean isThere(Manifest.Entry entry) throws HostException {
        Path there = place.disk().at(entry.path().startsWith("/") ? entry.path() : "/");
        return switch (entry.kind()) {
            case GROUP -> place.isLive() && place.manager().hasGroup(entry.path());
            case DIRECTORY -> Files.isDirectory(there, LinkOption.NOFOLLOW_LINKS);
            case FILE, CONFIG ->
                    Files.exists(there, LinkOption.NOFOLLOW_LINKS)
                            && !Files.isDirectory(there, LinkOption.NOFOLLOW_LINKS)
                            && !Files.isSymbolicLink(there);
            case LINK -> leadsTo(there, entry.content());
        };
    }

    private static boolean leadsTo(Path link, String target) throws HostException {
        try {
            return Files.isSymbolicLink(link)
                    && Files.readSymbolicLink(link).toString().equals(target);
        } catch (IOException e) {
            throw new HostException("cannot read " + link + ": " + Reason.of(e));
        }
    }

    /// Does it, as far as it goes.
    ///
    /// @param told gets a line for each thing
    /// @throws SwitchdException the first failure, the others suppressed in it; what could not be
    ///   removed is still listed then
    public void apply(Plan plan, Consumer<String> told) throws SwitchdException {
        for (Step step : plan.before()) {
            run(step, told);
        }
        if (place.isLive()) {
            endKeeper(told);
        }
        List<Manifest.Entry> left = new ArrayList<>();
        List<SwitchdException> failures = new ArrayList<>();
        for (Manifest.Entry entry : plan.entries()) {
            try {
                remove(entry, told);
            } catch (SwitchdException e) {
                left.addFirst(entry);
                failures.add(e);
            }
        }
        for (Step step : plan.after()) {
            run(step, told);
        }
        if (!failures.isEmpty()) {
            place.remember(new Manifest(place.installed().control(), left));
            SwitchdException first = failures.removeFirst();
            failures.forEach(first::addSuppressed);
            throw first;
        }
        plan.kept().forEach(told);
    }

    /// Where a process listens that holds VMs' sockets, where there is one.
    private String keeper() throws SwitchdException {
        return KeeperClient.beside(place.installed().control());
    }

    /// No daemon comes back to the VMs whose links it holds.
    private void endKeeper(Consumer<String> told) {
        try (KeeperClient keeper = new KeeperClient(keeper(), 0)) {
            if (keeper.end()) {
                told.accept(END_KEEPER);
            }
        } catch (SwitchdException e) {
            told.accept("keep   the process that holds VMs' sockets: " + e.getMessage());
        }
    }

    private static void run(Step step, Consumer<String> told) throws SwitchdException {
        told.accept(StepText.line(step));
        switch (step) {
            case Step.Run(var command, var _) -> Program.run(command);
            case Step.Gone(var command) -> Program.awaitFailure(command);
            default -> throw new IllegalArgumentException(step.toString());
        }
    }

    private void remove(Manifest.Entry entry, Consumer<String> told) throws SwitchdException {
        if (entry.kind() == Manifest.Kind.GROUP) {
            run(place.manager().removeGroup(entry.path()), told);
            return;
        }
        boolean removed = place.disk().remove(entry.path());
        told.accept(removed ? "remove " + named(entry) : keptFolder(entry));
    }

    private static String named(Manifest.Entry entry) {
        return switch (entry.kind()) {
            case DIRECTORY -> entry.path() + "/";
            case LINK -> entry.path() + " -> " + entry.content();
            case GROUP -> "the group " + entry.path();
            case FILE, CONFIG -> entry.path();
        };
    }
}
