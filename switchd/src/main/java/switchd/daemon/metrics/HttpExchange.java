package switchd.daemon.metrics;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import switchd.core.SwitchdException;

/// One request and its answer; the connection ends with it.
final class HttpExchange {
    private static final int MOST_BYTES = 8_192;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final String PLAIN = "text/plain; charset=utf-8";

    private final SocketChannel client;
    private final long since;
    private final MetricsServer.Source source;
    private final ByteBuffer request = ByteBuffer.allocate(MOST_BYTES);
    private @Nullable ByteBuffer answer;

    /// @param client does not block
    /// @param since `System.nanoTime()` when it came
    HttpExchange(SocketChannel client, long since, MetricsServer.Source source) {
        this.client = client;
        this.since = since;
        this.source = source;
    }

    /// True where it takes too long.
    boolean isLate(long now) {
        return now - since > PATIENCE_NANOS;
    }

    /// Goes on as far as it can.
    void go(SelectionKey key) {
        try {
            ByteBuffer ready = answer;
            if (ready == null) {
                if (client.read(request) < 0) {
                    close();
                    return;
                }
                ready = answer();
                answer = ready;
                if (ready == null) {
                    return;
                }
                key.interestOps(SelectionKey.OP_WRITE);
            }
            client.write(ready);
            if (!ready.hasRemaining()) {
                close();
            }
        } catch (IOException _) {
            close();
        }
    }

    /// Null until the head of the request is there.
    private @Nullable ByteBuffer answer() {
        String head = new String(request.array(), 0, request.position(), ISO_8859_1);
        if (!head.contains("\r\n\r\n") && !head.contains("\n\n")) {
            return request.hasRemaining()
                    ? null
                    : answer("431 Request Header Fields Too Large", PLAIN, "too long\n");
        }
        String[] words = head.lines().findFirst().orElse("").split(" ", -1);
        if (words.length != 3 || !words[2].startsWith("HTTP/1.")) {
            return answer("400 Bad Request", PLAIN, "no HTTP request\n");
        }
        if (!words[1].equals("/metrics") && !words[1].startsWith("/metrics?")) {
            return answer("404 Not Found", PLAIN, "there is only /metrics\n");
        }
        if (!words[0].equals("GET")) {
            return answer("405 Method Not Allowed\r\nAllow: GET", PLAIN, "GET only\n");
        }
        try {
            return answer("200 OK", MetricsText.CONTENT_TYPE, source.text());
        } catch (SwitchdException e) {
            return answer("503 Service Unavailable", PLAIN, e.getMessage() + "\n");
        }
    }

    private static ByteBuffer answer(String status, String type, String text) {
        byte[] body = text.getBytes(UTF_8);
        byte[] head =
                """
                HTTP/1.1 %s\r
                Content-Type: %s\r
                Content-Length: %d\r
                Connection: close\r
                \r
                """
                        .formatted(status, type, body.length)
                        .getBytes(ISO_8859_1);
        return ByteBuffer.allocate(head.length + body.length).put(head).put(body).flip();
    }

    /// Closing twice is no error.
    void close() {
        try {
            client.close();
        } catch (IOException _) {
            return; // it is gone all the same
        }
    }
}
