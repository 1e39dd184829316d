package switchd.daemon.control;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import switchd.core.HostException;

/// Lines over a connection, as a client sends and awaits them.
final class LineChannel implements AutoCloseable {
    /// More than any answer has.
    private static final int MAX_LINE = 64 << 20;

    private static final int BUFFER = 1 << 16;

    private final SocketChannel channel;
    private final Selector readable;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER).flip();

    /// Takes over `channel`.
    LineChannel(SocketChannel channel) throws IOException {
        this.channel = channel;
        try {
            readable = channel.provider().openSelector();
            channel.configureBlocking(false);
            channel.register(readable, SelectionKey.OP_READ);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /// Sends a line that has its end.
    void send(byte[] line) throws HostException {
        ByteBuffer left = ByteBuffer.wrap(line);
        try {
            while (left.hasRemaining()) {
                if (channel.write(left) == 0) {
                    Thread.onSpinWait(); // a request is smaller than the kernel's buffer
                }
            }
        } catch (IOException _) {
            // The daemon may have said why before it closed: that is read next.
        }
    }

    /// The next line without its end; nothing where the other side has closed.
    ///
    /// @param millis how long to wait; 0 for ever
    /// @throws HostException where none comes in time, or it is cut off
    Optional<byte[]> receive(int millis) throws HostException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try {
            while (true) {
                while (buffer.hasRemaining()) {
                    byte octet = buffer.get();
                    if (octet == '\n') {
                        return Optional.of(line.toByteArray());
                    }
                    line.write(octet);
                }
                if (line.size() > MAX_LINE) {
                    throw new HostException("the daemon's answer has no end");
                }
                if (fill(millis) < 0) {
                    return Optional.empty();
                }
            }
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private int fill(int millis) throws IOException, HostException {
        if (readable.select(millis) == 0 && readable.selectedKeys().isEmpty()) {
            throw new HostException(
                    "the daemon does not answer: it hangs or is stopped: see its log, or restart it");
        }
        readable.selectedKeys().clear();
        buffer.clear();
        int read = channel.read(buffer);
        buffer.flip();
        return read;
    }

    @Override
    public void close() {
        try (channel;
                readable) {
            buffer.clear().flip();
        } catch (IOException _) {
            // Nothing is left to be done.
        }
    }
}
