package switchd.daemon.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.OffsetDateTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StderrLogTest {
    private final PrintStream before = System.err;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final Logger log =
            new StderrLog().getLogger("switchd.test", StderrLogTest.class.getModule());

    @BeforeEach
    void listen() {
        System.setErr(new PrintStream(written, true, UTF_8));
        StderrLog.level(Level.INFO);
    }

    @AfterEach
    void stopListening() {
        StderrLog.flush(10_000);
        System.setErr(before);
        StderrLog.level(Level.INFO);
    }

    private String text() {
        StderrLog.flush(10_000);
        return written.toString(UTF_8);
    }

    @Test
    void anEventIsALineWithTimeAndLevel() {
        log.log(Level.WARNING, "vm0: the VM is gone");

        assertThat(text()).hasLineCount(1).endsWith(" WARNING vm0: the VM is gone\n");
        assertThat(OffsetDateTime.parse(text().split(" ", 2)[0])).isNotNull();
    }

    /// ASCII's control characters, the further ones of Unicode that terminals know too, what
    /// separates lines there, and what turns the direction of writing.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\n",
                "\r",
                "\r\n",
                "\u001b[2K",
                "\u0000",
                "\u007f",
                "\u0085",
                "\u009b",
                "\u2028",
                "\u2029",
                "\u202e"
            })
    void whatAPeerIsCalledForgesNoLineAndNoEscape(String trick) {
        log.log(Level.INFO, "attached: /tmp/x" + trick + "2026-01-01T00:00:00Z INFO forged");

        assertThat(text()).hasLineCount(1).endsWith("INFO forged\n");
        assertThat(text().strip()).doesNotContain(trick).doesNotContainPattern("\\p{Cntrl}");
    }

    @Test
    void bracesInAMessageWithoutArgumentsAreText() {
        log.log(Level.INFO, "attached: {0} '{'");

        assertThat(text()).endsWith("INFO attached: {0} '{'\n");
    }

    @Test
    void argumentsAreFilledIn() {
        log.log(Level.INFO, "{0} of {1}", "one", "two");

        assertThat(text()).endsWith("INFO one of two\n");
    }

    @Test
    void aFailureShowsItsStackBelow() {
        log.log(Level.WARNING, "closing", new IllegalStateException("no\nINFO forged"));

        assertThat(text()).contains("WARNING closing\n", "IllegalStateException", "\tat switchd.");
        assertThat(text().lines().skip(1)).allMatch(line -> line.startsWith("\t"));
    }

    @Test
    void lessThanTheLevelIsNotWritten() {
        log.log(Level.DEBUG, "detail");
        assertThat(text()).isEmpty();

        StderrLog.level(Level.DEBUG);
        log.log(Level.DEBUG, "detail");
        assertThat(text()).endsWith("DEBUG detail\n");
    }

    @Test
    void theLibrariesAreHeardWhereTheyWarn() {
        Logger library = new StderrLog().getLogger("jdk.event", String.class.getModule());

        library.log(Level.INFO, "news");
        library.log(Level.WARNING, "trouble");

        assertThat(text()).hasLineCount(1).endsWith("WARNING trouble\n");
    }
}
