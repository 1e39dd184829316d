package switchd.daemon.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.newsclub.net.unix.AFUNIXSocketAddress;
import org.newsclub.net.unix.AFUNIXSocketChannel;
import org.newsclub.net.unix.FileDescriptorCast;
import switchd.core.HostException;
import switchd.core.UsageException;
import switchd.daemon.lab.Await;

/// Answers that carry a descriptor.
@Timeout(60)
final class HandOverTest {
    private final ControlFixture fixture = new ControlFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void theDescriptorReachesWhoeverAskedAndNobodyElseKeepsIt() throws Exception {
        int before = ControlFixture.descriptors();
        fixture.handOver(file("hello"));
        ControlClient.HandedOver got =
                ControlClient.callForDescriptor(fixture.socket, "handOver", Map.of());
        assertThat(got.result().path("what").asString()).isEqualTo("an end");
        assertThat(Files.readString(Path.of("/proc/self/fd/" + got.number()))).isEqualTo("hello");
        try (FileInputStream in = new FileInputStream(got.descriptor())) {
            assertThat(in.readAllBytes()).asString().isEqualTo("hello");
        }
        awaitDescriptors(before);
    }

    @Test
    void ofAClientThatIsGoneTheDescriptorIsClosed() throws Exception {
        try (RawClient client = fixture.connect()) {
            client.call(1, "later");
            Await.until("the call", Await.SHORT, () -> fixture.laterCalls() == 1);
        }
        fixture.advance(0); // it is known that the client is gone
        int before = ControlFixture.descriptors();
        fixture.later.getFirst().complete(new Method.HandOver("late", file("late")));
        awaitDescriptors(before);
    }

    @Test
    void ofAClientThatDoesNotReadTheDescriptorIsClosed() throws Exception {
        int before = ControlFixture.descriptors();
        try (RawClient client = fixture.connect()) {
            fixture.handOver(file("unread"));
            client.call(1, "large").call(2, "large").call(3, "large").call(4, "handOver");
            fixture.advance(0);
            fixture.advance(31);
        }
        awaitDescriptors(before);
    }

    @Test
    void whoeverWantsNoAnswerGetsNoDescriptor() throws Exception {
        int before = ControlFixture.descriptors();
        try (RawClient client = fixture.connect()) {
            fixture.handOver(file("unwanted"));
            client.send("{\"jsonrpc\":\"2.0\",\"method\":\"handOver\"}\n");
            assertThat(client.call(1, "nothing").receive().path("id").asInt()).isEqualTo(1);
        }
        awaitDescriptors(before);
    }

    @Test
    void whatIsRefusedBringsNone() {
        assertThatThrownBy(() -> ControlClient.callForDescriptor(fixture.socket, "usage", Map.of()))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("no sense");
        assertThatThrownBy(
                        () -> ControlClient.callForDescriptor(fixture.socket, "nothing", Map.of()))
                .isInstanceOf(HostException.class)
                .hasMessageContaining("0 descriptors");
    }

    @Test
    void descriptorsThatClientsSendAreNotTaken() throws Exception {
        int before = ControlFixture.descriptors();
        try (AFUNIXSocketChannel client = AFUNIXSocketChannel.open()) {
            client.connect(AFUNIXSocketAddress.of(fixture.socket));
            for (int i = 0; i < 50; i++) {
                client.setOutboundFileDescriptors(FileDescriptor.in, FileDescriptor.out);
                client.write(
                        UTF_8.encode("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"nothing\"}\n"));
                client.read(ByteBuffer.allocate(1_000));
            }
            assertThat(ControlFixture.descriptors()).isLessThanOrEqualTo(before + 2);
        }
    }

    /// The number of an open file that nobody else closes.
    private int file(String text) throws IOException {
        Path file = Files.writeString(fixture.folder().resolve("file"), text);
        try (FileInputStream in = new FileInputStream(file.toFile())) {
            return FileDescriptorCast.duplicating(in.getFD()).as(Integer.class);
        }
    }

    private static void awaitDescriptors(int count) {
        Await.until(
                "all descriptors closed", Await.SHORT, () -> ControlFixture.descriptors() <= count);
    }
}
