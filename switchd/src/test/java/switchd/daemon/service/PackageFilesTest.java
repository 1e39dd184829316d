package switchd.daemon.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import switchd.core.Kernel;
import switchd.daemon.config.Settings;
import switchd.daemon.config.Surroundings;
import switchd.launchd.SystemdUnits;

/// What packages bring is what `switchd install` makes, in other places.
class PackageFilesTest {
    private static final String UNITS = "usr/lib/systemd/system/";

    private final Map<String, String> files = PackageFiles.all();

    @Test
    void itIsTheSameServiceForAnotherProgram() {
        Layout layout = Layout.of(Kernel.LINUX);
        List<Step> installed =
                new Systemd(layout)
                        .files(
                                List.of("/opt/p/bin/switchd", "--config", layout.config()),
                                "/opt/p");

        assertThat(installed)
                .hasSize(3)
                .allSatisfy(step -> {
                    Step.Text file = (Step.Text) step;
                    String name = file.path().substring(file.path().lastIndexOf('/') + 1);
                    String folder = name.endsWith(".conf") ? "usr/lib/sysusers.d/" : UNITS;
                    assertThat(files.get(folder + name))
                            .isEqualTo(
                                    file.content()
                                            .replace("/opt/p/bin/switchd", "/usr/bin/switchd")
                                            .replace("ReadOnlyPaths=/opt/p\n", ""));
                });
        assertThat(files).hasSize(4);
        assertThat(files.get(UNITS + SystemdUnits.SERVICE))
                .contains("ExecStart=/usr/bin/switchd --config /etc/switchd/switchd.json\n")
                .contains("ProtectSystem=strict\n");
    }

    @Test
    void theConfigurationIsOneToBeginWith(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("switchd.json");
        Files.writeString(file, String.valueOf(files.get("etc/switchd/switchd.json")));

        var config = Settings.ofFile(file, new Surroundings(Map.of(), null, null)).config();

        assertThat(config.networks()).hasSize(1);
        assertThat(config.ports()).isEmpty();
    }
}
