package switchd.daemon.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import switchd.daemon.lab.Await;
import tools.jackson.databind.JsonNode;

/// What clients send, and what they are answered.
@Timeout(60)
final class ControlServerTest {
    private final ControlFixture fixture = new ControlFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void answersCarryTheIdOfTheirRequest() {
        try (RawClient client = fixture.connect()) {
            JsonNode answer =
                    client.call(7, "echo", "{\"text\":\"é\u009b\",\"number\":3}").receive();

            assertThat(answer.path("jsonrpc").asString()).isEqualTo("2.0");
            assertThat(answer.path("id").asInt()).isEqualTo(7);
            assertThat(answer.path("result").path("text").asString()).isEqualTo("é\u009b");
            assertThat(answer.has("error")).isFalse();

            client.send("{\"jsonrpc\":\"2.0\",\"id\":\"a b\",\"method\":\"nothing\"}\n");
            assertThat(client.receive().path("id").asString()).isEqualTo("a b");
        }
    }

    @Test
    void requestsInOneGoAreAnsweredInTheirOrder() {
        StringBuilder many = new StringBuilder();
        IntStream.range(0, 500)
                .forEach(id ->
                        many.append("{\"jsonrpc\":\"2.0\",\"id\":")
                                .append(id)
                                .append(",\"method\":\"")
                                .append(id % 5 == 0 ? "usage" : "nothing")
                                .append("\"}\n"));
        try (RawClient client = fixture.connect()) {
            client.send(many.toString());
            for (int id = 0; id < 500; id++) {
                JsonNode answer = client.receive();
                assertThat(answer.path("id").asInt(-1)).isEqualTo(id);
                assertThat(answer.has("error")).isEqualTo(id % 5 == 0);
            }
        }
    }

    @Test
    void requestsOctetByOctetFromTwoClientsAreToldApart() {
        byte[] request = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"nothing\"}\n".getBytes(UTF_8);
        try (RawClient one = fixture.connect();
                RawClient other = fixture.connect()) {
            for (byte octet : request) {
                one.send(new byte[] {octet});
                other.send(new byte[] {octet});
            }
            assertThat(one.receive().has("result")).isTrue();
            assertThat(other.receive().has("result")).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "-32700 | {nonsense                                                 | JSON",
                "-32700 | {\"jsonrpc\":\"2.0\",\"jsonrpc\":\"2.0\"}                 | uplicate",
                "-32700 | {\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":"
                        + "{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":1}}}}}}}}}}}}}}}}} | depth",
                "-32700 | {\"id\":1111111111111111111111111111111111111111111111111111} | length",
                "-32700 | {} {}                                                     | JSON",
                "-32600 | []                                                        | batches",
                "-32600 | [{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"nothing\"}]   | batches",
                "-32600 | 17                                                        | object",
                "-32600 | {\"id\":1,\"method\":\"nothing\"}                         | jsonrpc",
                "-32600 | {\"jsonrpc\":2.0,\"id\":1,\"method\":\"nothing\"}         | jsonrpc",
                "-32600 | {\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"nothing\"}   | id",
                "-32600 | {\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"nothing\"}  | id",
                "-32600 | {\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"nothing\"}    | id",
                "-32600 | {\"jsonrpc\":\"2.0\",\"id\":1}                            | method",
                "-32600 | {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":5}               | method",
                "-32600 | {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"nothing\",\"parms\":{}} | parms",
                "-32601 | {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"nothin\"}      | mean \"nothing\"",
                "-32601 | {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\"}            | there are",
                "-32602 | {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"echo\",\"params\":[1]} | by name",
                "-32602 | {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"echo\",\"params\":{\"txet\":1}}"
                        + " | mean \"text\"",
                "-32602 | {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"nothing\",\"params\":{\"a\":1}}"
                        + " | takes none",
                "-32602 | {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"echo\",\"params\":{\"number\":\"x\"}}"
                        + " | number",
                "-32602 | {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"echo\",\"params\":{\"text\":5}}"
                        + " | text",
                "-32602 | {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"usage\"}       | no sense",
                "-32004 | {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"host\"}        | no bridge",
                "-32603 | {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"bug\"}         | bug failed",
                "-32603 | {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"error\"}       | error failed",
                "-32603 | {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"unwritable\"}  | unwritable failed"
            })
    void whatCannotBeServedIsAnsweredAndTheNextIsServed(int code, String line, String hint) {
        try (RawClient client = fixture.connect()) {
            JsonNode error = client.send(line + "\n").receive().path("error");

            assertThat(error.path("code").asInt()).as(error.toString()).isEqualTo(code);
            assertThat(error.path("message").asString()).contains(hint);
            assertThat(client.call(2, "nothing").receive().path("id").asInt()).isEqualTo(2);
        }
    }

    @Test
    void whatIsNotUtf8IsNoJson() {
        byte[] line = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"X\"}\n".getBytes(UTF_8);
        line[line.length - 4] = (byte) 0xc0;
        try (RawClient client = fixture.connect()) {
            JsonNode error = client.send(line).receive().path("error");
            assertThat(error.path("code").asInt()).isEqualTo(-32700);
            assertThat(error.path("message").asString()).contains("UTF-8");
        }
    }

    @Test
    void requestsWithoutAnIdAreServedAndNotAnswered() {
        try (RawClient client = fixture.connect()) {
            client.send("{\"jsonrpc\":\"2.0\",\"method\":\"then\"}\n");
            client.send("{\"jsonrpc\":\"2.0\",\"method\":\"nonsense\"}\n");
            assertThat(client.call(9, "nothing").receive().path("id").asInt()).isEqualTo(9);
            assertThat(fixture.afterwards.orTimeout(5, SECONDS).join()).isEqualTo("done");
        }
    }

    @Test
    void aClientThatSendsNothingMoreIsAnsweredStill() {
        try (RawClient client = fixture.connect()) {
            client.call(1, "later").call(2, "large").endSending();
            Await.until("the call", Await.SHORT, () -> fixture.laterCalls() == 1);
            fixture.later.getFirst().complete("x");
            assertThat(client.receive().path("result").asString()).isEqualTo("x");
            assertThat(client.receive().path("result").asString()).hasSize(100_000);
            assertThat(client.tryReceive()).isEmpty();
        }
    }

    @Test
    void whatFollowsAnAnswerIsDoneAfterIt() {
        try (RawClient client = fixture.connect()) {
            assertThat(client.call(1, "then").receive().path("result").asString())
                    .isEqualTo("soon");
            assertThat(fixture.afterwards.orTimeout(5, SECONDS).join()).isEqualTo("done");
        }
    }

    @Test
    void aCallThatWaitsKeepsNobodyElseWaiting() {
        try (RawClient waiting = fixture.connect();
                RawClient other = fixture.connect()) {
            waiting.call(1, "later").call(2, "nothing");
            Await.until("the call", Await.SHORT, () -> fixture.laterCalls() == 1);
            assertThat(other.call(1, "nothing").receive().has("result")).isTrue();

            fixture.later.getFirst().complete("x");
            assertThat(waiting.receive().path("id").asInt()).isEqualTo(1);
            assertThat(waiting.receive().path("id").asInt()).isEqualTo(2);
        }
    }

    @Test
    void aCallThatIsNotAnsweredInTimeFailsAndTheNextIsServed() {
        try (RawClient client = fixture.connect()) {
            client.call(1, "later");
            Await.until("the call", Await.SHORT, () -> fixture.laterCalls() == 1);
            fixture.advance(11);
            JsonNode error = client.receive().path("error");
            assertThat(error.path("code").asInt()).isEqualTo(-32005);
            assertThat(error.path("message").asString()).contains("later", "10 s");

            fixture.later.getFirst().complete("too late");
            assertThat(client.call(2, "nothing").receive().path("id").asInt()).isEqualTo(2);
        }
    }

    @Test
    void aCallThatGetsOnMayTakeLonger() {
        try (RawClient client = fixture.connect()) {
            client.call(1, "later");
            Await.until("the call", Await.SHORT, () -> fixture.laterCalls() == 1);
            for (int i = 0; i < 3; i++) {
                fixture.advance(8);
                fixture.progress.run();
                JsonNode told = client.receive();
                assertThat(told.path("method").asString()).isEqualTo("progress");
                assertThat(told.path("params").path("method").asString()).isEqualTo("later");
                fixture.progress.run(); // too soon to be told again
            }
            fixture.later.getFirst().complete("done");
            assertThat(client.receive().path("result").asString()).isEqualTo("done");
            fixture.progress.run(); // nobody waits any more
            assertThat(client.call(2, "nothing").receive().path("id").asInt()).isEqualTo(2);
        }
    }
}
