package switchd.daemon.metrics;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static switchd.fuzz.Check.that;

import java.util.regex.Pattern;
import switchd.fuzz.Input;

/// What comes to the port of metrics: an answer of HTTP, or none as long as there is no whole
/// request; the same however the request is cut.
public final class HttpFuzz {
    private static final String METRICS = "# EOF\n";
    private static final Pattern ANSWER =
            Pattern.compile(
                    "HTTP/1\\.1 (200|400|404|405|431) [A-Za-z ]+\\R(Allow: GET\\R)?Content-Type: .+\\R"
                            + "Content-Length: \\d+\\RConnection: close\\R\\R[ -~]+\\R");

    private HttpFuzz() {}

    public static void fuzzerTestOneInput(byte[] bytes) {
        Input input = new Input(bytes);
        int[] cuts = input.cuts();
        byte[] stream = input.rest();
        FakeHttpClient client = new FakeHttpClient(Input.pieces(stream, cuts));
        HttpExchange exchange = new HttpExchange(client, 0, () -> METRICS);
        for (int i = 0; client.isOpen(); i++) {
            that(i <= 2 * stream.length + 10, "it goes on for ever");
            exchange.go(client.key());
        }
        String answer = client.answer().toString(ISO_8859_1);
        if (!answer.isEmpty()) {
            that(ANSWER.matcher(answer).matches(), "no answer of HTTP");
            that(!answer.contains(" 200 ") || answer.endsWith(METRICS), "not the metrics");
        }
    }
}
