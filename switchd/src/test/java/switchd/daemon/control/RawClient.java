package switchd.daemon.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A client that sends what it is told to, by the JDK's own channel.
final class RawClient implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 10_000;

    private final SocketChannel channel;
    private final Selector selector;
    private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16).flip();

    RawClient(Path socket) {
        try {
            channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
            channel.configureBlocking(false);
            selector = Selector.open();
            channel.register(selector, SelectionKey.OP_READ);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    RawClient send(String text) {
        return send(text.getBytes(UTF_8));
    }

    RawClient send(byte[] bytes) {
        ByteBuffer left = ByteBuffer.wrap(bytes);
        try {
            while (left.hasRemaining()) {
                if (channel.write(left) == 0) {
                    Thread.onSpinWait();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /// Sends as much as is taken at once.
    int trySend(byte[] bytes) throws IOException {
        return channel.write(ByteBuffer.wrap(bytes));
    }

    /// A whole request.
    RawClient call(int id, String method) {
        return call(id, method, "{}");
    }

    RawClient call(int id, String method, String params) {
        return send(
                "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"%s\",\"params\":%s}%n"
                        .formatted(id, method, params));
    }

    /// Nothing more will be sent.
    RawClient endSending() {
        try {
            channel.shutdownOutput();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /// The next message; fails where none comes.
    JsonNode receive() {
        return tryReceive()
                .orElseThrow(() -> new AssertionError("the server has closed the connection"));
    }

    /// The next message, or nothing where the server has closed.
    Optional<JsonNode> tryReceive() {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try {
            while (true) {
                while (buffer.hasRemaining()) {
                    byte octet = buffer.get();
                    if (octet == '\n') {
                        assertThat(line.toString(UTF_8)).as("a line").matches("[ -~]+");
                        return Optional.of(JsonMapper.shared().readTree(line.toByteArray()));
                    }
                    line.write(octet);
                }
                if (selector.select(PATIENCE_MILLIS) == 0) {
                    throw new AssertionError("nothing came; so far: " + line.toString(UTF_8));
                }
                selector.selectedKeys().clear();
                buffer.clear();
                int read = channel.read(buffer);
                buffer.flip();
                if (read < 0) {
                    return Optional.empty();
                }
            }
        } catch (IOException _) {
            return Optional.empty(); // reset
        }
    }

    @Override
    public void close() {
        try {
            selector.close();
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
