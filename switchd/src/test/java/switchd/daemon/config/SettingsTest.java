package switchd.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import switchd.core.SwitchdException;
import switchd.core.UsageException;

/// Options before environment before file before defaults.
final class SettingsTest {
    private static final Map<Setting, String> IN_FILE =
            Map.of(
                    Setting.CONTROL, "/file/control.sock",
                    Setting.CONTROL_GROUP, "file-group",
                    Setting.METRICS, "127.0.0.1:1",
                    Setting.LOG_FORMAT, "json",
                    Setting.WRITER, "bpf",
                    Setting.OWNER, "file-owner",
                    Setting.KEEP_SOCKETS, "10");
    private static final Map<Setting, String> IN_ENVIRONMENT =
            Map.of(
                    Setting.CONTROL, "/environment/control.sock",
                    Setting.CONTROL_GROUP, "environment-group",
                    Setting.METRICS, "127.0.0.1:2",
                    Setting.LOG_FORMAT, "text",
                    Setting.WRITER, "ndrv",
                    Setting.OWNER, "environment-owner",
                    Setting.KEEP_SOCKETS, "20");
    private static final Map<Setting, String> TYPED =
            Map.of(
                    Setting.CONTROL, "/typed/control.sock",
                    Setting.CONTROL_GROUP, "typed-group",
                    Setting.METRICS, "127.0.0.1:3",
                    Setting.LOG_FORMAT, "json",
                    Setting.WRITER, "auto",
                    Setting.OWNER, "typed-owner",
                    Setting.KEEP_SOCKETS, "30");

    @TempDir private Path directory;

    private Path file() throws IOException {
        return Files.writeString(
                directory.resolve("switchd.json"),
                """
                {
                  "control": {"socket": "/file/control.sock", "group": "file-group"},
                  "metrics": "127.0.0.1:1", "log": {"format": "json"}, "writer": "bpf", "owner": "file-owner", "keepSockets": 10
                }
                """);
    }

    private static Surroundings environment(Map<String, String> variables) {
        return new Surroundings(variables, null, null);
    }

    private static String value(Settings settings, Setting setting) {
        return String.valueOf(settings.values().get(setting.key())).replace("\"", "");
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "CONFIG")
    void theFirstThatSaysSomethingHolds(Setting setting) throws IOException, SwitchdException {
        Map<Setting, String> options = new LinkedHashMap<>();
        Map<String, String> variables = new LinkedHashMap<>();
        options.put(Setting.CONFIG, file().toString());

        Settings byFile = Settings.load(options, environment(variables), false);
        assertThat(value(byFile, setting)).isEqualTo(IN_FILE.get(setting));
        assertThat(byFile.origin(setting.key())).matches(file() + ":[23]:\\d+");

        variables.put(setting.variable(), IN_ENVIRONMENT.get(setting));
        Settings byEnvironment = Settings.load(options, environment(variables), false);
        assertThat(value(byEnvironment, setting)).isEqualTo(IN_ENVIRONMENT.get(setting));
        assertThat(byEnvironment.origin(setting.key())).isEqualTo(setting.variable());

        options.put(setting, TYPED.get(setting));
        Settings typed = Settings.load(options, environment(variables), false);
        assertThat(value(typed, setting)).isEqualTo(TYPED.get(setting));
        assertThat(typed.origin(setting.key())).isEqualTo(setting.option());

        Settings distrusted =
                Settings.load(
                        Map.of(Setting.CONFIG, file().toString()),
                        new Surroundings(variables, "launchd runs it", null),
                        false);
        assertThat(value(distrusted, setting)).isEqualTo(IN_FILE.get(setting));
        assertThat(distrusted.notices())
                .containsExactly("ignored, as launchd runs it: " + setting.variable());
    }

    @Test
    void anEmptyVariableSaysNothing() throws IOException, SwitchdException {
        Settings settings =
                Settings.load(
                        Map.of(Setting.CONFIG, file().toString()),
                        environment(Map.of("SWITCHD_OWNER", "")),
                        false);
        assertThat(settings.config().owner()).isEqualTo("file-owner");
    }

    @Test
    void theFileItselfIsNamedByOptionOrEnvironment() throws IOException, SwitchdException {
        Map<String, String> variables = Map.of("SWITCHD_CONFIG", file().toString());
        assertThat(Settings.load(Map.of(), environment(variables), false).file()).isEqualTo(file());
        Path other = Files.writeString(directory.resolve("other.json"), "{}");
        assertThat(
                        Settings.load(
                                        Map.of(Setting.CONFIG, other.toString()),
                                        environment(variables),
                                        false)
                                .file())
                .isEqualTo(other);
        assertThat(
                        Settings.load(
                                        Map.of(),
                                        new Surroundings(variables, "it is set-uid", null),
                                        false)
                                .file())
                .isNull();
    }

    @Test
    void whatIsWrongWithAnOptionOrAVariableNamesIt() {
        assertThatThrownBy(() ->
                        Settings.load(
                                Map.of(Setting.WRITER, "raw"),
                                environment(Map.of("SWITCHD_METRICS", "9130")),
                                false))
                .isInstanceOf(UsageException.class)
                .hasMessage(
                        """
                        --writer: auto, ndrv or bpf is needed, not "raw"
                        SWITCHD_METRICS: an address with a port, such as 127.0.0.1:9130 or [::1]:9130, is needed, not "9130\"\
                        """);
    }

    @Test
    void whatNobodySaysIsTheDefault() throws SwitchdException {
        Settings settings = Settings.load(Map.of(), environment(Map.of()), false);
        assertThat(settings.values())
                .containsExactly(
                        entry("writer", "\"auto\""),
                        entry("log.format", "\"text\""),
                        entry("log.level", "\"info\""));
        assertThat(settings.origin("log.format")).isEqualTo("default");
        assertThat(settings.report())
                .isEqualTo(
                        """
                        {"schema":"switchd.config/1","config":{"networks":[],"ports":[],"control":{},"writer":"auto",\
                        "log":{"format":"text","level":"info"}},\
                        "origins":{"writer":"default","log.format":"default","log.level":"default"}}\
                        """);
    }

    @Test
    void theExampleIsRead() throws IOException, SwitchdException {
        Path file = Files.writeString(directory.resolve("switchd.json"), Example.text());
        Settings settings = Settings.ofFile(file, environment(Map.of()));
        assertThat(settings.config().networks())
                .containsExactly(
                        new NetworkConfig(
                                "lan",
                                NetworkConfig.Kind.BRIDGE,
                                "br0",
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                null),
                        new NetworkConfig(
                                "backstage",
                                NetworkConfig.Kind.ISOLATED,
                                null,
                                null,
                                null,
                                null,
                                null,
                                9000,
                                null,
                                null,
                                null,
                                null));
        assertThat(settings.config().ports()).hasSize(3);
        assertThat(settings.origin("ports[0].mac")).isEqualTo(file + ":14:39");
        assertThat(settings.origin("ports[1].mac")).isEqualTo("default");
    }
}
