package switchd.daemon.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import switchd.daemon.lab.Lab;
import switchd.daemon.lab.NeedsLab;

/// What the build has made for users, whatever Java Maven itself runs on.
final class ImageIT {
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
