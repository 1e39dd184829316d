package switchd.daemon.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import switchd.daemon.lab.Await;
import switchd.daemon.lab.Job;
import switchd.daemon.lab.Lab;

/// `bin/switchd` with the jars that the build has made, in a lab's folder where every user may run
/// it: nothing is newer there than what was built.
final class Launcher {
    private final Lab lab;
    private final Path command;

    private Launcher(Lab lab, Path command) {
        this.lab = lab;
        this.command = command;
    }

    /// Puts it into the lab's folder, which others may pass from then on.
    static Launcher install(Lab lab) {
        Path root = lab.workspace().file("checkout");
        Path lib = root.resolve("switchd/target/image/lib");
        Path scripts = DaemonProcess.image().resolve("../../../../bin").normalize();
        try {
            Files.setPosixFilePermissions(
                    lab.workspace().path(), PosixFilePermissions.fromString("rwx--x--x"));
            Files.createDirectories(lib.getParent());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        lab.host().run("cp", "-r", DaemonProcess.image().toString(), lib.toString());
        Path share = DaemonProcess.image().resolveSibling("share");
        lab.host().run("cp", "-r", share.toString(), lib.resolveSibling("share").toString());
        lab.host().run("cp", "-r", scripts.toString(), root.toString());
        lab.host().run("chmod", "-R", "a+rX", root.toString());
        return new Launcher(lab, root.resolve("bin/switchd"));
    }

    /// The words that run it.
    String command() {
        return command.toString();
    }

    /// Starts it with arguments, in the lab's host namespace; ends with the lab.
    Job start(String... arguments) {
        return start(List.of(), arguments);
    }

    /// As above, by a command that runs the rest of its arguments.
    Job start(List<String> by, String... arguments) {
        return lab.host().start(words(by, arguments), Map.of());
    }

    private List<String> words(List<String> by, String... arguments) {
        return Stream.of(
                        // A shell has its background jobs ignore it, and whatever they start.
                        List.of("env", "--default-signal=INT", "-u", "XDG_RUNTIME_DIR"),
                        by,
                        List.of(command()),
                        Arrays.asList(arguments))
                .flatMap(List::stream)
                .toList();
    }

    /// Runs it to its end, which must come by itself.
    DaemonProcess.Ended run(List<String> by, String... arguments) {
        Path err = lab.workspace().file("stderr");
        List<String> split = List.of("sh", "-c", "exec \"$@\" 2>\"$0\"", err.toString());
        List<String> all = Stream.concat(split.stream(), words(by, arguments).stream()).toList();
        try (Job job = lab.host().start(all, Map.of())) {
            int status = job.awaitExit(Await.SHORT.multipliedBy(3));
            return new DaemonProcess.Ended(status, job.output(), Files.readString(err));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Runs it to its end.
    DaemonProcess.Ended run(String... arguments) {
        return run(List.of(), arguments);
    }

    /// What a command prints that must succeed.
    String output(String... arguments) {
        DaemonProcess.Ended ended = run(arguments);
        assertThat(ended.status()).as("%s: %s", List.of(arguments), ended.err()).isZero();
        assertThat(ended.err()).isEmpty();
        return ended.out();
    }
}
