package switchd.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrel.jsonschema.Validator;
import dev.harrel.jsonschema.ValidatorFactory;
import dev.harrel.jsonschema.providers.GsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import switchd.core.UsageException;

/// The schema says what the check of a file says.
final class SchemaTest {
    private static final Path SHIPPED =
            Path.of(System.getProperty("basedir", ""))
                    .toAbsolutePath()
                    .resolveSibling("docs/switchd.schema.json");
    private static final URI ID = URI.create("urn:switchd");

    private static boolean bySchema(String json) {
        Validator validator =
                new ValidatorFactory()
                        .withJsonNodeFactory(new GsonNode.Factory())
                        .createValidator();
        validator.registerSchema(ID, Schema.text());
        return validator.validate(ID, json).isValid();
    }

    private static boolean byCheck(String json) {
        Problems problems = new Problems();
        try {
            var tree = ConfigText.read(json, "f", problems);
            new Shape(problems).check(tree, Config.class, "");
            new Rules(tree, problems).check();
            problems.check();
            return true;
        } catch (UsageException _) {
            return false;
        }
    }

    @Test
    void theShippedFileIsTheOneThatIsPrinted() throws IOException {
        assertThat(Files.readString(SHIPPED)).isEqualTo(Schema.text());
    }

    @Test
    void theExampleIsValid() {
        // By Jackson to plain JSON: validators know no comments.
        String plain = ConfigText.MAPPER.readTree(Example.text()).toString();
        assertThat(bySchema(plain)).isTrue();
        assertThat(byCheck(Example.text())).isTrue();
    }

    @Test
    void everyExampleAndDefaultIsValid() {
        assertThat(Keys.of(Config.class)).allSatisfy(SchemaTest::isDescribed);
        assertThat(Keys.of(NetworkConfig.class)).allSatisfy(SchemaTest::isDescribed);
        assertThat(Keys.of(PortConfig.class)).allSatisfy(SchemaTest::isDescribed);
        assertThat(Keys.of(ControlConfig.class)).allSatisfy(SchemaTest::isDescribed);
        assertThat(Keys.of(LogConfig.class)).allSatisfy(SchemaTest::isDescribed);
    }

    private static void isDescribed(Keys.Entry entry) {
        Key key = entry.key();
        assertThat(key.value()).endsWith(".");
        assertThat(key.pattern().isEmpty()).isEqualTo(key.form().isEmpty());
        for (String json : new String[] {key.example(), key.fallback()}) {
            if (!json.isEmpty() && !key.pattern().isEmpty()) {
                assertThat(ConfigText.MAPPER.readTree(json).stringValue()).matches(key.pattern());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"$schema\":\"x\",\"networks\":[],\"ports\":[],\"control\":{},\"log\":{}}",
                "{\"networks\":[{\"name\":\"br0.7\",\"kind\":\"bridge\",\"bridge\":\"br0.7\",\"create\":true,\"mtu\":68}]}",
                "{\"networks\":[{\"name\":\"a\",\"kind\":\"interface\",\"interface\":\"en0\",\"mtu\":65535}]}",
                "{\"networks\":[{\"name\":\"a\",\"kind\":\"isolated\"}],\"ports\":[{\"name\":\"a\",\"network\":\"a\","
                        + "\"mac\":\"any\",\"socket\":\"/s\",\"stream\":\"/t\",\"owner\":\"501:20\",\"group\":\"kvm\",\"mode\":\"0660\",\"up\":false}]}",
                "{\"metrics\":\"[::1]:9130\",\"writer\":\"ndrv\",\"owner\":\"alice\",\"log\":{\"format\":\"json\",\"level\":\"debug\"}}",
            })
    void bothAccept(String json) {
        assertThat(byCheck(json)).isTrue();
        assertThat(bySchema(json)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{\"a\":1}",
                "{\"networks\":{}}",
                "{\"networks\":[{\"name\":\"a\"}]}",
                "{\"networks\":[{\"kind\":\"isolated\"}]}",
                "{\"networks\":[{\"name\":\"a\",\"kind\":\"bridge\"}]}",
                "{\"networks\":[{\"name\":\"a\",\"kind\":\"interface\"}]}",
                "{\"networks\":[{\"name\":\"a\",\"kind\":\"interface\",\"interface\":\"en0\",\"bridge\":\"br0\"}]}",
                "{\"networks\":[{\"name\":\"a\",\"kind\":\"isolated\",\"create\":false}]}",
                "{\"networks\":[{\"name\":\"a\",\"kind\":\"isolated\",\"mtu\":67}]}",
                "{\"networks\":[{\"name\":\"a\",\"kind\":\"isolated\",\"mtu\":\"1500\"}]}",
                "{\"networks\":[{\"name\":\"a b\",\"kind\":\"isolated\"}]}",
                "{\"networks\":[{\"name\":\"a\",\"kind\":\"Bridge\",\"bridge\":\"br0\"}]}",
                "{\"networks\":[{\"name\":\"a\",\"kind\":\"bridge\",\"bridge\":\"br/0\"}]}",
                "{\"ports\":[{\"name\":\"a\",\"mac\":\"52:54\"}]}",
                "{\"ports\":[{\"name\":\"a\",\"mode\":\"660\"}]}",
                "{\"ports\":[{\"name\":\"a\",\"socket\":\"s\"}]}",
                "{\"ports\":[{\"name\":\"a\",\"up\":1}]}",
                "{\"metrics\":\"9130\"}",
                "{\"owner\":null}",
                "{\"log\":{\"format\":\"xml\"}}",
            })
    void bothRefuse(String json) {
        assertThat(byCheck(json)).isFalse();
        assertThat(bySchema(json)).isFalse();
    }
}
