package switchd.daemon.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import switchd.daemon.lab.Command;
import switchd.daemon.lab.Job;
import switchd.daemon.lab.Lab;
import switchd.daemon.lab.Workspace;

/// This machine with a disk of its own, as far as an installation goes: what is written to `/etc`,
/// `/opt`, `/run`, `/usr/local` and `/var/lib` stays within, and ends with it. All programs are the
/// real ones but `systemctl`, as no systemd runs here: it notes how it was called, and keeps in
/// mind whether the service is to run.
final class Sandbox implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Workspace workspace = Workspace.create();
    private final Job holder;

    private Sandbox(BiFunction<List<String>, Map<String, String>, Job> start) {
        try {
            Path mine = workspace.path();
            Files.setPosixFilePermissions(mine, PosixFilePermissions.fromString("rwxr-xr-x"));
            Path setUp = script("set-up.sh");
            script("systemctl");
            holder =
                    start.apply(
                            List.of(
                                    "unshare",
                                    "--mount",
                                    "--propagation",
                                    "private",
                                    "sh",
                                    setUp.toString(),
                                    mine.toString()),
                            Map.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Makes one.
    static Sandbox create() {
        return ready(new Sandbox(Job::start));
    }

    /// Makes one in a lab's host namespace.
    static Sandbox in(Lab lab) {
        return ready(new Sandbox(lab.host()::start));
    }

    private static Sandbox ready(Sandbox sandbox) {
        try {
            sandbox.holder.awaitOutput("^ready$", PATIENCE);
            return sandbox;
        } catch (AssertionError e) {
            sandbox.close();
            throw e;
        }
    }

    private Path script(String name) throws IOException {
        try (var in = Sandbox.class.getResourceAsStream("sandbox-" + name)) {
            Path script = workspace.file(name);
            Files.write(script, Objects.requireNonNull(in, name).readAllBytes());
            Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
            return script;
        }
    }

    /// Of a process that is there.
    long pid() {
        return holder.pid();
    }

    /// Runs a command there; it may fail.
    Command tried(String... command) {
        try (Job job = started(command)) {
            int status = job.awaitExit(PATIENCE);
            return new Command(status, job.output());
        }
    }

    /// Starts a command there, which the caller ends.
    Job started(String... command) {
        List<String> words = new ArrayList<>();
        words.addAll(List.of("nsenter", "--target", Long.toString(holder.pid()), "--mount"));
        words.addAll(List.of(command));
        return Job.start(words, Map.of());
    }

    /// A path that is the same one there and here.
    Path shared(String name) {
        return workspace.file(name);
    }

    /// Runs a command there that must succeed, and gives its output.
    String run(String... command) {
        return tried(command).orFail(String.join(" ", command));
    }

    /// Runs a line of shell there that must succeed.
    String shell(String line) {
        return run("sh", "-c", line);
    }

    /// Runs switchd there, from the image that the build has made.
    Command switchd(String... arguments) {
        return switchd(DaemonProcess.image(), arguments);
    }

    /// Runs switchd there.
    ///
    /// @param image a folder of jars
    Command switchd(Path image, String... arguments) {
        List<String> words = new ArrayList<>(DaemonProcess.java(image));
        words.addAll(List.of(arguments));
        return tried(words.toArray(String[]::new));
    }

    /// What `systemctl` was asked for so far, a line each; forgotten thereby.
    List<String> asked() {
        return shell("cat /mnt/asked 2>/dev/null; rm -f /mnt/asked").lines().toList();
    }

    /// Every file, folder and link below the places where something may be installed, with kind,
    /// permissions, owner and group.
    List<String> files() {
        return shell(
                        "find /etc /opt /run /usr/local /var/lib ! -type l -printf '%y %m %u:%g %p\\n'"
                                + " -o -printf 'l %u:%g %p -> %l\\n' | sort -k 4")
                .lines()
                .toList();
    }

    /// Ends it. Closing twice is no error.
    @Override
    public void close() {
        holder.close();
        workspace.close();
    }
}
