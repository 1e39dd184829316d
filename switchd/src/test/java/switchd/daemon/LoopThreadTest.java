package switchd.daemon;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import switchd.daemon.host.Hosts;
import switchd.daemon.host.Writer;
import switchd.daemon.log.StderrLog;

@Timeout(10)
final class LoopThreadTest {
    @Test
    void aLoopThatFailsSaysWhyAndEnds() throws Exception {
        PrintStream before = System.err;
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        LoopThread thread = LoopThread.start("test-loop", arena -> Hosts.open(arena, Writer.AUTO));
        System.setErr(new PrintStream(written, true, UTF_8));
        try {
            thread.loop()
                    .execute(() -> {
                        throw new StackOverflowError("for a test");
                    });
            thread.awaitEnd();
        } finally {
            StderrLog.flush(10_000);
            System.setErr(before);
        }

        assertThat(written.toString(UTF_8))
                .contains("ERROR test-loop has failed", "StackOverflowError: for a test");
        assertThatThrownBy(() -> thread.ask(() -> 1))
                .isInstanceOf(RejectedExecutionException.class);
    }
}
