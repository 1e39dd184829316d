package switchd.daemon.metrics;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import switchd.core.HostException;
import switchd.core.UsageException;

@Timeout(30)
final class MetricsServerTest {
    private final AtomicInteger asked = new AtomicInteger();
    private final MetricsServer server = start("127.0.0.1:0");

    private MetricsServer start(String address) {
        try {
            return MetricsServer.start(
                    MetricsAddress.parse(address),
                    () -> {
                        asked.incrementAndGet();
                        return "# EOF\n";
                    });
        } catch (HostException | UsageException e) {
            throw new AssertionError(e);
        }
    }

    @AfterEach
    void stop() {
        server.close();
        server.close();
        assertThat(
                        Thread.getAllStackTraces().keySet().stream()
                                .filter(thread -> thread.getName().equals("switchd-metrics")))
                .isEmpty();
    }

    private Socket connect() throws IOException {
        var at = server.address().address();
        Socket client = new Socket(at.getAddress(), at.getPort());
        client.setSoTimeout(15_000); // a read hears of no interrupt
        return client;
    }

    private String ask(String request) throws IOException {
        try (Socket client = connect()) {
            client.getOutputStream().write(request.getBytes(ISO_8859_1));
            return new String(client.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    @Test
    void theTextIsServed() throws Exception {
        checkTheTextIsServed();
    }

    private void checkTheTextIsServed() throws Exception {
        assertThat(ask("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("Content-Type: application/openmetrics-text; version=1.0.0")
                .contains("Content-Length: 6\r\n")
                .endsWith("\r\n\r\n# EOF\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    GET / HTTP/1.1          | 404
                    GET /metrics/x HTTP/1.1 | 404
                    POST /metrics HTTP/1.1  | 405
                    GET /metrics            | 400
                    nonsense                | 400
                    GET /metrics FTP/1.1    | 400
                    """)
    void nothingElseIs(String line, int status) throws Exception {
        assertThat(ask(line + "\r\n\r\n")).startsWith("HTTP/1.1 " + status + " ");
        assertThat(asked).hasValue(0);
    }

    @Test
    void aRequestWithoutAnEndIsRefused() throws Exception {
        assertThat(ask("GET /metrics HTTP/1.1\r\nX: " + "x".repeat(8_192 - 26)))
                .startsWith("HTTP/1.1 431 ");
    }

    @Test
    void whoSaysNothingKeepsNobodyFromBeingServed() throws Exception {
        List<Socket> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 15; i++) {
                Socket client = connect();
                client.getOutputStream().write("GET /met".getBytes(ISO_8859_1));
                silent.add(client);
            }
            checkTheTextIsServed();
            // The bound holds: with one more there is no room, and nobody waits for ever.
            silent.add(connect());
            assertThat(refused()).isTrue();
            for (Socket client : silent) {
                assertThat(ended(client)).isTrue();
            }
            checkTheTextIsServed();
        } finally {
            for (Socket client : silent) {
                client.close();
            }
        }
    }

    /// Whether a new client is sent away at once.
    private boolean refused() throws IOException {
        try (Socket client = connect()) {
            client.setSoTimeout(2_000);
            return ended(client);
        }
    }

    private static boolean ended(Socket client) throws IOException {
        try {
            return client.getInputStream().read() < 0;
        } catch (SocketException _) {
            return true;
        }
    }

    @Test
    void theDaemonIsAskedOnceASecondAtMost() throws Exception {
        long from = System.nanoTime();
        for (int i = 0; i < 5; i++) {
            checkTheTextIsServed();
        }
        long seconds = (System.nanoTime() - from) / 1_000_000_000;
        assertThat(asked.get()).isLessThanOrEqualTo((int) seconds + 1);
    }

    @Test
    void aTakenAddressIsTold() {
        assertThatThrownBy(() -> MetricsServer.start(server.address(), () -> ""))
                .isInstanceOf(HostException.class)
                .hasMessageContaining("cannot serve metrics at 127.0.0.1:")
                .hasMessageContaining("--metrics");
    }

    @Test
    void addressesAreReadStrictly() throws Exception {
        assertThat(MetricsAddress.parse("127.0.0.1:9130").notice()).isEmpty();
        assertThat(MetricsAddress.parse("localhost:9130")).hasToString("127.0.0.1:9130");
        assertThat(MetricsAddress.parse("[::1]:9130").notice()).isEmpty();
        assertThat(MetricsAddress.parse("0.0.0.0:9130").notice().orElseThrow())
                .contains("everybody who reaches 0.0.0.0:9130");
        for (String wrong :
                List.of("9130", ":9130", "example.org:9130", "127.0.0.1:70000", "::1:9130", "")) {
            assertThatThrownBy(() -> MetricsAddress.parse(wrong))
                    .isInstanceOf(UsageException.class)
                    .hasMessageContaining("127.0.0.1:9130");
        }
    }
}
