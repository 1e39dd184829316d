package switchd.daemon.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import switchd.daemon.doctor.Finding;
import switchd.daemon.doctor.Finding.Level;
import switchd.daemon.doctor.Report;

final class DoctorTextTest {
    private static final Report REPORT =
            new Report(
                    "1.0",
                    "test",
                    List.of(
                            new Finding("java", null, Level.PASS, "fine", null),
                            new Finding("bridge", "br0", Level.FAIL, "it is down", "do this"),
                            new Finding("tun", null, Level.UNCHECKED, "not checked", null),
                            new Finding("sockets", "/a\u001b[2J", Level.WARN, "dead", "rm it")));

    @Test
    void aTerminalOfTodayGetsSignsAndColours() {
        assertThat(new DoctorText(new Terminal(true, true), UTF_8).of(REPORT))
                .isEqualTo(
                        """
                        \u001b[32m✓\u001b[m java: fine
                        \u001b[31m✗\u001b[m bridge br0: it is down
                            → do this
                        ? tun: not checked
                        \u001b[33m!\u001b[m sockets /a?[2J: dead
                            → rm it
                        1 failed, 1 to look at; 1 not checked
                        """);
    }

    @Test
    void othersGetWords() {
        String text = new DoctorText(Terminal.NONE, US_ASCII).of(REPORT);
        assertThat(text)
                .isEqualTo(
                        """
                        ok   java: fine
                        FAIL bridge br0: it is down
                            > do this
                        ?    tun: not checked
                        warn sockets /a?[2J: dead
                            > rm it
                        1 failed, 1 to look at; 1 not checked
                        """);
        assertThat(US_ASCII.newEncoder().canEncode(text)).isTrue();
    }

    @Test
    void whereAllIsWellItSaysSo() {
        Report good = new Report("1.0", "test", List.of(REPORT.findings().getFirst()));
        assertThat(new DoctorText(Terminal.NONE, UTF_8).of(good)).endsWith("\nall is well\n");
    }
}
