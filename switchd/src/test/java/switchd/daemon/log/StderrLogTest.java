package switchd.daemon.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

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
        StderrLog.format(LogFormat.TEXT);
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

    @Test
    void timesHaveThreeDigitsOfTheSecondAlways() {
        Instant second = Instant.parse("2026-11-21T14:03:07Z");

        for (long nanos : new long[] {0, 100_000_000, 123_456_789}) {
            assertThat(LogFormat.time(second.plusNanos(nanos)))
                    .matches(".*:07\\.\\d{3}(Z|[+-]\\d\\d:\\d\\d)");
        }
        assertThat(LogFormat.time(second.plusNanos(120_999_999))).contains(":07.120");
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

    /// Where stderr is a file: `/dev/full` is a disk without room.
    @Test
    void whatAFullDiskHadNoRoomForIsCountedAndTheRestIsWritten(@TempDir Path directory)
            throws IOException {
        Path roomy = directory.resolve("log");
        try (FileOutputStream full = new FileOutputStream("/dev/full");
                FileOutputStream file = new FileOutputStream(roomy.toFile())) {
            LogWriter.file(full.getFD());
            log.log(Level.INFO, "one");
            log.log(Level.INFO, "two");
            StderrLog.flush(10_000);
            LogWriter.file(file.getFD());
            log.log(Level.INFO, "three");
            StderrLog.flush(10_000);
            assertThat(Files.readString(roomy))
                    .contains("2 lines lost: ", "could not be written")
                    .endsWith("INFO three\n");
        } finally {
            LogWriter.file(null);
        }
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

    private List<JsonNode> objects() {
        return text().lines().map(JsonMapper.shared()::readTree).toList();
    }

    @Test
    void asJsonAnEventIsAnObjectOnALine() {
        StderrLog.format(LogFormat.JSON);
        log.log(Level.WARNING, "no \"buffers\"\n\u001b[2J");

        JsonNode line = objects().getFirst();
        assertThat(line.propertyNames()).containsExactly("time", "level", "logger", "message");
        assertThat(OffsetDateTime.parse(line.path("time").asString())).isNotNull();
        assertThat(line.path("level").asString()).isEqualTo("WARNING");
        assertThat(line.path("logger").asString()).isEqualTo("switchd.test");
        assertThat(line.path("message").asString()).isEqualTo("no \"buffers\"??[2J");
    }

    @Test
    void asJsonAPortIsNamedApart() {
        StderrLog.format(LogFormat.JSON);
        log.log(Level.INFO, new PortMessage("vm0", "attached", "VM attached: /run/vm.sock"));

        JsonNode line = objects().getFirst();
        assertThat(line.path("port").asString()).isEqualTo("vm0");
        assertThat(line.path("event").asString()).isEqualTo("attached");
        assertThat(line.path("message").asString()).isEqualTo("VM attached: /run/vm.sock");
    }

    @Test
    void asJsonAFailureKeepsItsStackInTheLine() {
        StderrLog.format(LogFormat.JSON);
        log.log(Level.ERROR, "closing", new IllegalStateException("no\u009b\u202e\u007f"));

        assertThat(text()).matches("[ -~]+\n");
        assertThat(objects().getFirst().path("stack").asString())
                .startsWith("java.lang.IllegalStateException: no\u009b\u202e\u007f\n\tat switchd.");
    }

    @ParameterizedTest
    @EnumSource
    void whatIsSaidAgainIsSummedUp(LogFormat format) {
        StderrLog.format(format);
        for (int i = 0; i < 100; i++) {
            log.log(Level.WARNING, "no buffers");
        }

        assertThat(text()).hasLineCount(2);
        if (format == LogFormat.JSON) {
            assertThat(objects().getLast().path("message").asString()).isEqualTo("no buffers");
            assertThat(objects().getLast().path("repeated").asInt()).isEqualTo(99);
            assertThat(objects().getLast().path("seconds").asInt()).isPositive();
        } else {
            assertThat(text()).containsPattern("no buffers \\(repeated 99 times in \\d+ s\\)");
        }
    }

    @Test
    void whoAsksForDetailsGetsAllOfThem() {
        StderrLog.level(Level.DEBUG);
        for (int i = 0; i < 10; i++) {
            log.log(Level.DEBUG, "detail");
        }

        assertThat(text()).hasLineCount(10);
    }
}
