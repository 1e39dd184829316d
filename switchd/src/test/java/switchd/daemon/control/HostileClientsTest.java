package switchd.daemon.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import switchd.daemon.lab.Await;
import tools.jackson.databind.JsonNode;

/// Clients that mean no good, or are broken: they lose their own connection at most.
@Timeout(120)
final class HostileClientsTest {
    private final ControlFixture fixture = new ControlFixture();

    @AfterEach
    void othersAreServedStill() {
        try (fixture) {
            Await.until("an answer", Await.SHORT, this::isAnswered);
        }
    }

    private boolean isAnswered() {
        try (RawClient client = fixture.connect()) {
            return client.call(1, "nothing").receive().has("result");
        }
    }

    private static String reason(RawClient client) {
        JsonNode farewell = client.receive();
        assertThat(farewell.path("method").asString()).isEqualTo("closing");
        assertThat(client.tryReceive()).isEmpty();
        return farewell.path("params").path("reason").asString();
    }

    @Test
    void aRequestOfTheGreatestLengthIsServed() {
        String start = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"echo\",\"params\":{\"text\":\"";
        String end = "\"}}\n";
        String text = "x".repeat(RequestLines.MAX_REQUEST - start.length() - end.length());
        try (RawClient client = fixture.connect()) {
            client.send(start + text + end);
            assertThat(client.receive().path("result").path("text").asString()).isEqualTo(text);
        }
    }

    @Test
    void aRequestThatIsLongerEndsItsClient() {
        try (RawClient client = fixture.connect()) {
            client.send("x".repeat(RequestLines.MAX_REQUEST));
            assertThat(reason(client)).contains("65536");
        }
    }

    @Test
    void aFloodWithoutAnEndIsNotRead() throws Exception {
        try (RawClient client = fixture.connect()) {
            byte[] flood = "x".repeat(1 << 16).getBytes(UTF_8);
            long sent = 0;
            try {
                for (int i = 0; i < 100_000; i++) {
                    sent += client.trySend(flood);
                }
            } catch (IOException _) {
                // Closed, as it should be.
            }
            assertThat(sent).isLessThan(2 << 20);
        }
    }

    @Test
    void halfARequestIsWaitedForTenSeconds() {
        try (RawClient client = fixture.connect()) {
            client.send("{\"jsonrpc\":");
            fixture.advance(9);
            client.send("\"2.0\","); // does not begin the time anew
            fixture.advance(2);
            assertThat(reason(client)).contains("half a request");
        }
    }

    @Test
    void whoeverAsksNothingLeavesAfterFiveMinutes() {
        try (RawClient client = fixture.connect()) {
            client.call(1, "nothing").receive();
            fixture.advance(299);
            client.call(2, "nothing").receive();
            fixture.advance(301);
            assertThat(reason(client)).contains("5 minutes");
        }
    }

    @Test
    void subscribersMayBeSilent() {
        try (RawClient client = fixture.connect()) {
            client.call(1, "subscribe").receive();
            fixture.advance(3_600);
            fixture.server.publish(null, Map.of("type", "x"));
            assertThat(client.receive().path("params").path("type").asString()).isEqualTo("x");
        }
    }

    @Test
    void answersThatNobodyReadsStopTheirClientOnly() {
        try (RawClient client = fixture.connect()) {
            int sent = 0;
            byte[] request =
                    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"large\"}\n".getBytes(UTF_8);
            try {
                while (client.trySend(request) == request.length) {
                    sent++;
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            assertThat(sent).isGreaterThan(10);
            fixture.advance(0); // it is being served
            fixture.advance(31);
            // It was closed after some hundred kilobytes, not after 100 kB for each request.
            int answers = 0;
            while (client.tryReceive().isPresent()) {
                answers++;
            }
            assertThat(answers).isLessThan(sent);
        }
    }

    @Test
    void aSubscriberThatNeverReadsIsSentAwayAndOthersHearAll() {
        try (RawClient deaf = fixture.connect();
                RawClient other = fixture.connect()) {
            deaf.call(1, "subscribe").receive();
            other.call(1, "subscribe").receive();
            String text = "x".repeat(1_000);
            int lost = 0;
            int heard = 0;
            for (int i = 0; i < 5_000; i++) {
                fixture.server.publish(null, Map.of("number", i, "text", text));
                JsonNode message = other.receive();
                if (message.path("method").asString().equals("lost")) {
                    lost += message.path("params").path("events").asInt();
                } else {
                    heard++;
                }
            }
            assertThat(heard + lost).isEqualTo(5_000);
            assertThat(lost).isZero(); // for each was read before the next

            int received = 0;
            JsonNode last = deaf.receive();
            while (last.path("method").asString().equals("event")) {
                received++;
                last = deaf.receive();
            }
            assertThat(last.path("method").asString()).isEqualTo("closing");
            assertThat(last.path("params").path("reason").asString()).contains("faster");
            assertThat(received).isBetween(1, 2_000);
            assertThat(deaf.tryReceive()).isEmpty();
        }
    }

    @Test
    void eventsThatComeFasterThanTheyAreServedAreCounted() {
        try (RawClient client = fixture.connect();
                RawClient slow = fixture.connect()) {
            client.call(1, "subscribe").receive();
            slow.call(1, "pause");
            Await.until("the pause", Await.SHORT, fixture::isPaused);
            for (int i = 0; i < 1_500; i++) {
                fixture.server.publish(null, Map.of("number", i));
            }
            fixture.goOn();
            for (int i = 0; i < 1_024; i++) {
                assertThat(client.receive().path("params").path("number").asInt()).isEqualTo(i);
            }
            JsonNode lost = client.receive();
            assertThat(lost.path("method").asString()).isEqualTo("lost");
            assertThat(lost.path("params").path("events").asInt()).isEqualTo(476);
        }
    }

    @Test
    void aUserHasSixteenClientsAtMost() {
        List<RawClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < Clients.MOST_OF_USER; i++) {
                RawClient client = fixture.connect();
                clients.add(client);
                client.call(1, "nothing").receive();
            }
            try (RawClient oneMore = fixture.connect()) {
                assertThat(reason(oneMore)).contains("16");
            }
            clients.removeFirst().close();
            Await.until("a free place", Await.SHORT, this::isAnswered);
        } finally {
            clients.forEach(RawClient::close);
        }
    }

    @Test
    void aThousandConnectionsLeaveNothingBehind() {
        try (RawClient client = fixture.connect()) {
            client.call(1, "nothing").receive();
            int before = ControlFixture.descriptors();
            for (int i = 0; i < 1_000; i++) {
                try (RawClient one = fixture.connect()) {
                    switch (i % 4) {
                        case 0 -> one.call(1, "nothing").receive();
                        case 1 -> one.send("{\"half");
                        case 2 -> one.call(1, "large"); // gone before the answer
                        default -> {} // says nothing
                    }
                }
            }
            Await.until(
                    "all descriptors closed",
                    Await.SHORT,
                    () -> {
                        client.call(2, "nothing").receive();
                        return ControlFixture.descriptors() <= before;
                    });
        }
    }
}
