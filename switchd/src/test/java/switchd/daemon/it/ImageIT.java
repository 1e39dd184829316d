package switchd.daemon.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

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
}
