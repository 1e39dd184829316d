package switchd.daemon.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import switchd.daemon.lab.Await;
import switchd.daemon.lab.Command;
import switchd.daemon.lab.Job;
import switchd.daemon.lab.Lab;
import switchd.daemon.lab.NeedsLab;

/// What the build has made for users, whatever Java Maven itself runs on.
final class ImageIT {
    private static final Duration START = Duration.ofSeconds(20);

    private static Path image() {
        return Objects.requireNonNull(DaemonProcess.image().getParent());
    }

    @Test
    void itHoldsTheManualAndTheCompletionOfThisVersion() throws Exception {
        List<String> files;
        try (Stream<Path> all = Files.walk(image().resolve("share"))) {
            files =
                    all.filter(Files::isRegularFile)
                            .map(file -> image().resolve("share").relativize(file).toString())
                            .toList();
        }
        assertThat(files)
                .contains(
                        "man/man8/switchd.8",
                        "man/man5/switchd.json.5",
                        "bash-completion/completions/switchd",
                        "zsh/site-functions/_switchd",
                        "fish/vendor_completions.d/switchd.fish");
        assertThat(Files.readString(image().resolve("share/man/man8/switchd.8")))
                .containsPattern(
                        "\\.TH \"SWITCHD\" \"8\" \"\\d{4}-\\d\\d-\\d\\d\" \"switchd [\\d.]+")
                .contains("switchd selftest");
    }

    @Test
    void itHoldsTheLibraryOfTheControlSocket() throws Exception {
        try (Stream<Path> all = Files.walk(image().resolve("lib/native"))) {
            assertThat(all.map(Path::toString))
                    .filteredOn(
                            file -> file.matches(".*/libjunixsocket-native-[\\d.]+\\.(so|dylib)"))
                    .hasSize(4);
        }
    }

    @Test
    @NeedsLab
    void aDaemonRunsOnTheClassesThatTheBuildHasLoadedOnce() throws Exception {
        Path cache = DaemonProcess.cache(DaemonProcess.image());
        try (Lab lab = Lab.bridged()) {
            String socket = lab.workspace().file("net.sock").toString();
            DaemonProcess daemon =
                    DaemonProcess.start(lab, "--isolated", "--socket", socket, "--control", "none");
            assertThat(Files.readString(Path.of("/proc/" + daemon.pid() + "/maps")))
                    .contains(cache.toString());
            daemon.stop();
        }
    }

    /// A cache is code: with a `java` that only tells how it was called.
    @Test
    @NeedsLab
    void aCacheThatOthersMayHaveWrittenIsNotUsed(@TempDir Path folder) throws Exception {
        Path lib = Files.createDirectory(folder.resolve("with blanks")).resolve("lib");
        Path cache = DaemonProcess.cache(lib);
        Path java = Files.writeString(folder.resolve("java"), "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        String used = "-XX:AOTCache=" + cache + "\n";

        assertThat(launched(java, lib)).doesNotContain(used).endsWith("Main\nstatus\n--json\n");

        Files.writeString(cache, "");
        Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(launched(java, lib)).contains(used).endsWith("Main\nstatus\n--json\n");
        for (String open : List.of("rw-rw-r--", "rw-r--rw-")) {
            Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString(open));
            assertThat(launched(java, lib)).doesNotContain(used);
        }
        Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rw-r--r--"));
        Files.setAttribute(cache, "unix:uid", 1000);
        assertThat(launched(java, lib)).doesNotContain(used);
        Files.delete(cache);
        Files.createSymbolicLink(cache, java);
        assertThat(launched(java, lib)).doesNotContain(used);
    }

    private static String launched(Path java, Path lib) {
        Path script = image().resolve("../../../bin/lib/launch.sh").normalize();
        return ended(
                        "sh",
                        "-euc",
                        ". \"$0\"; launch \"$@\"",
                        script.toString(),
                        java.toString(),
                        lib.toString(),
                        "status",
                        "--json")
                .orFail("launch");
    }

    private static Command ended(String... command) {
        try (Job job = Job.start(List.of(command), Map.of())) {
            return new Command(job.awaitExit(Await.SHORT), job.output());
        }
    }

    @Test
    @NeedsLab
    void aCacheThatCannotBeMadeIsToldAndLeavesNothing(@TempDir Path folder) throws Exception {
        Path lib = folder.resolve("lib");
        Path script = image().resolve("../../../bin/lib/make-cache.sh").normalize();

        Command made = ended("sh", script.toString(), "false", lib.toString());

        assertThat(made.exit()).isEqualTo(73);
        assertThat(made.output())
                .isEqualTo(
                        "switchd: no "
                                + DaemonProcess.cache(lib)
                                + " was made: switchd runs without it, and starts slower\n");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    @NeedsLab
    void anImageOfItsOwnNeedsNoJdkAndMayBeMoved() throws Exception {
        try (Lab lab = Lab.bridged()) {
            Path made = lab.workspace().file("made");
            Launcher checkout = Launcher.install(lab);
            assertThat(checkout.output("image", made.toString(), "--no-cache"))
                    .isEqualTo(made + "\n");
            assertThat(checkout.run("image", made.toString()))
                    .extracting(DaemonProcess.Ended::status, DaemonProcess.Ended::err)
                    .containsExactly(
                            73,
                            "switchd: " + made + " is there already: name a folder that is not\n");
            assertThat(size(made)).isLessThan(60_000_000);

            Path moved = Files.move(made, lab.workspace().file("moved"));
            String control = lab.workspace().file("control.sock").toString();
            List<String> switchd = List.of("env", "-i", moved.resolve("bin/switchd").toString());
            List<String> start =
                    List.of("--bridge", "br0", "--metrics", "127.0.0.1:0", "--control", control);
            try (Job daemon = lab.host().start(words(switchd, start), Map.of())) {
                daemon.awaitOutput("^\\{.*\\}$", START);
                for (String command : List.of("status", "stop")) {
                    List<String> asked = words(switchd, List.of(command, "--control", control));
                    assertThat(ended(asked.toArray(String[]::new)).orFail(command))
                            .contains("switchd ");
                }
                assertThat(daemon.awaitExit(Await.SHORT)).isZero();
            }
        }
    }

    private static List<String> words(List<String> command, List<String> arguments) {
        return Stream.concat(command.stream(), arguments.stream()).toList();
    }

    private static long size(Path folder) throws Exception {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
        }
    }

    @Test
    @NeedsLab
    void withoutThatLibraryItSaysWhatIsMissing() {
        try (Lab lab = Lab.bridged()) {
            Path image = lab.workspace().file("lib");
            String control = lab.workspace().file("control.sock").toString();
            lab.host().run("cp", "-r", DaemonProcess.image().toString(), image.toString());
            lab.host().run("rm", "-r", image.resolve("native").toString());
            for (String words :
                    List.of(
                            "run --port web --control " + control + " -- true {fd}",
                            "capture web --control " + control,
                            "--isolated --control " + control)) {
                DaemonProcess.Ended ended =
                        DaemonProcess.runBy(lab, List.of(), image, words.split(" "));
                assertThat(ended.status()).as(ended.err()).isEqualTo(69);
                assertThat(ended.out()).isEmpty();
                assertThat(ended.err())
                        .hasLineCount(1)
                        .startsWith("switchd: a part of switchd is missing: " + image)
                        .contains("install it again");
            }
        }
    }
}
