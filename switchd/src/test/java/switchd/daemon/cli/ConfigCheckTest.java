package switchd.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigCheckTest {
    @TempDir private Path folder = Path.of("");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int check(String... words) {
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(words);
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    @Test
    void aFileIsNamedEitherWay() throws IOException {
        String good = file("good.json", "{}");

        assertThat(check("config", "check", good)).isZero();
        assertThat(check("config", "check", "--config", good)).isZero();

        assertThat(out.toString()).isEqualTo((good + ": nothing is wrong\n").repeat(2));
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void whatIsWrongIsToldEitherWay() throws IOException {
        String bad = file("bad.json", "{\"prots\": []}");

        assertThat(check("config", "check", bad)).isEqualTo(64);
        String told = err.toString();
        assertThat(check("config", "check", "--config", bad)).isEqualTo(64);

        assertThat(told).startsWith(bad + ":1:").contains("prots");
        assertThat(err.toString()).isEqualTo(told.repeat(2));
    }

    @Test
    void twoFilesAreOneTooMany() throws IOException {
        String good = file("good.json", "{}");

        assertThat(check("config", "check", good, "--config", good)).isEqualTo(64);

        assertThat(err.toString()).isEqualTo("switchd: FILE and --config: give one of them\n");
    }
}
