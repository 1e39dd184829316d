package switchd.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WatchOutputTest {
    private final StringWriter written = new StringWriter();

    @Test
    void aPipeGetsOneBlockAfterTheOther() {
        WatchOutput output = new WatchOutput(new PrintWriter(written), Terminal.NONE);

        assertThat(output.show("a\nb\n")).isTrue();
        assertThat(output.show("c\n")).isTrue();

        assertThat(written).hasToString("a\nb\n\nc\n");
    }

    @Test
    void aTerminalIsRedrawnInPlace() {
        WatchOutput output = new WatchOutput(new PrintWriter(written), new Terminal(true, false));

        output.show("long line\nb\n");
        output.show("c\n");

        assertThat(written)
                .hasToString(
                        "\u001b[2J\u001b[Hlong line\u001b[K\nb\u001b[K\n\u001b[J"
                                + "\u001b[Hc\u001b[K\n\u001b[J");
    }

    @Test
    void itEndsWhenNobodyReads() throws Exception {
        Writer broken =
                new Writer() {
                    private int writes;

                    @Override
                    public void write(char[] text, int from, int count) throws IOException {
                        if (++writes > 2) {
                            throw new IOException("EPIPE");
                        }
                    }

                    @Override
                    public void flush() {}

                    @Override
                    public void close() {}
                };
        Iterator<String> texts = List.of("a\n", "b\n", "c\n", "d\n").iterator();

        new WatchOutput(new PrintWriter(broken), Terminal.NONE).run(Duration.ZERO, texts::next);

        assertThat(texts).toIterable().containsExactly("c\n", "d\n");
    }
}
