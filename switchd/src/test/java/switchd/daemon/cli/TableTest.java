package switchd.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TableTest {
    private static final Terminal COLOURED = new Terminal(true, true);

    @Test
    void columnsAreAsWideAsTheirWidestCell() {
        Table table = new Table().column("PORT").column("STATE").number("FRAMES").column("PEER");
        table.row("vm0", "attached", 7, "/run/a").row("a-long-name", "down", 1_234_567_890L, null);

        assertThat(table.text(Terminal.NONE))
                .isEqualTo(
                        """
                        PORT         STATE         FRAMES  PEER
                        vm0          attached           7  /run/a
                        a-long-name  down      1234567890  -
                        """);
    }

    @Test
    void aTableWithoutRowsIsItsHeader() {
        assertThat(new Table().column("PORT").number("FRAMES").text(Terminal.NONE))
                .isEqualTo("PORT  FRAMES\n");
    }

    @Test
    void coloursDoNotShiftColumns() {
        Table table = new Table().column("STATE").column("PORT");
        table.row(Cell.good("attached"), "a").row(Cell.doubtful("down"), "b");
        table.row(Cell.bad("refused"), "c");

        assertThat(table.text(COLOURED))
                .isEqualTo(
                        """
                        STATE     PORT
                        \u001b[32mattached\u001b[m  a
                        \u001b[33mdown\u001b[m      b
                        \u001b[31mrefused\u001b[m   c
                        """);
        assertThat(table.text(Terminal.NONE)).doesNotContain("\u001b");
    }

    /// Names, as a VM's user may choose them, and the columns that a terminal needs for them.
    @ParameterizedTest
    @CsvSource({
        "plain, 5", "gar\u00e7on, 6", "garc\u0327on, 6", "\u5317\u4eac, 4", "\uff21\uff22, 4",
        "\uff71\uff72, 2", "\ud55c\uae00, 4", "\ud83d\ude80, 2", "\u03b1\u03b2, 2", "\u2192, 1",
        "\u200b, 1", "\ud83d, 1"
    })
    void aTerminalShowsSomeCharactersWideOrNotAtAll(String text, int columns) {
        assertThat(Cell.of(text).width()).isEqualTo(columns);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u001b[2J", "\n", "\r", "\u009b31m", "\u202e", "\u0007", "\u2028"})
    void whatAPeerIsCalledCommandsNoTerminal(String trick) {
        Table table = new Table().column("PEER").column("PORT").row("/tmp/" + trick + "x", "vm0");

        assertThat(table.text(COLOURED)).hasLineCount(2).doesNotContainPattern("[\\p{Cc}&&[^\n]]");
    }

    @Test
    void aRowHasAValueForEachColumn() {
        Table table = new Table().column("A").column("B");
        assertThatThrownBy(() -> table.row("a")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void coloursAreForTerminalsThatWantThem() {
        Map<String, String> xterm = Map.of("TERM", "xterm-256color");

        assertThat(Terminal.of(true, xterm)).isEqualTo(COLOURED);
        assertThat(Terminal.of(false, xterm)).isEqualTo(Terminal.NONE);
        assertThat(Terminal.of(true, Map.of())).isEqualTo(Terminal.NONE);
        assertThat(Terminal.of(true, Map.of("TERM", "dumb"))).isEqualTo(Terminal.NONE);
        assertThat(Terminal.of(true, Map.of("TERM", "xterm", "NO_COLOR", "1")))
                .isEqualTo(new Terminal(true, false));
        assertThat(Terminal.of(true, Map.of("TERM", "xterm", "NO_COLOR", ""))).isEqualTo(COLOURED);
    }
}
