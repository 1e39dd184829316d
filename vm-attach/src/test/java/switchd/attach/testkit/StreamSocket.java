package switchd.attach.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;

/// A VM's connection to a stream socket, as QEMU, Lima and socket_vmnet's client make it: on the
/// JDK's sockets, an implementation that is not ours.
public final class StreamSocket implements AutoCloseable {
    /// What [#receive(Duration)] gives where the other end is closed.
    @SuppressWarnings("MutablePublicArray") // known by its identity
    public static final byte[] END = {0};

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private final ByteBuffer input = ByteBuffer.allocateDirect(1 << 18).flip();

    private StreamSocket(Path server) {
        try {
            channel = SocketChannel.open(UnixDomainSocketAddress.of(server));
            channel.configureBlocking(false);
            selector = Selector.open();
            key = channel.register(selector, SelectionKey.OP_READ);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Connects to `server`.
    public static StreamSocket connect(Path server) {
        return new StreamSocket(server);
    }

    /// A frame as it goes over the stream.
    public static byte[] framed(byte... frame) {
        return ByteBuffer.allocate(Integer.BYTES + frame.length)
                .putInt(frame.length)
                .put(frame)
                .array();
    }

    /// Sends a frame; waits where there is no room.
    public void send(byte... frame) {
        sendBytes(framed(frame));
    }

    /// Sends bytes as they are; waits where there is no room.
    public void sendBytes(byte... bytes) {
        ByteBuffer left = ByteBuffer.wrap(bytes);
        try {
            while (left.hasRemaining()) {
                if (channel.write(left) == 0) {
                    select(SelectionKey.OP_WRITE, PATIENCE);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Sends as many of the bytes as there is room for now.
    ///
    /// @return how many
    public int trySend(ByteBuffer bytes) throws IOException {
        return channel.write(bytes);
    }

    /// The next frame; fails where none comes.
    public byte[] receive() {
        byte[] received = receive(PATIENCE);
        if (received.length <= 1) {
            throw new AssertionError(
                    received.length == 0 ? "no frame came" : "the other end is closed");
        }
        return received;
    }

    /// The next frame; no bytes where none comes in time, [#END] where none can come any more.
    public byte[] receive(Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        try {
            while (!hasFrame()) {
                input.compact();
                int read = channel.read(input);
                input.flip();
                if (read < 0) {
                    return END;
                }
                long left = deadline - System.nanoTime();
                if (read == 0 && left <= 0) {
                    return new byte[0];
                } else if (read == 0) {
                    select(SelectionKey.OP_READ, Duration.ofNanos(left));
                }
            }
        } catch (IOException _) {
            return END;
        }
        byte[] frame = new byte[input.getInt()];
        input.get(frame);
        return frame;
    }

    /// Takes up to `most` bytes, whatever they are.
    public void takeBytes(ByteBuffer into, int most) throws IOException {
        channel.read(into.limit(into.position() + most));
    }

    private boolean hasFrame() {
        return input.remaining() >= Integer.BYTES
                && input.remaining() - Integer.BYTES >= input.getInt(input.position());
    }

    private void select(int interest, Duration timeout) throws IOException {
        key.interestOps(interest);
        selector.select(Math.max(1, timeout.toMillis()));
        selector.selectedKeys().clear();
    }

    /// Ends, as a VM that is shut down or killed: the kernel makes no difference.
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
