package switchd.attach.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.newsclub.net.unix.AFUNIXDatagramChannel;
import org.newsclub.net.unix.AFUNIXSelectorProvider;
import org.newsclub.net.unix.AFUNIXSocketAddress;

/// A VM's datagram socket, one call of it at a time: what vfkit, krunkit and QEMU do is put
/// together of these.
public final class VmSocket implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int LARGEST = 1 << 17;

    private final Path local;
    private final AFUNIXDatagramChannel channel;
    private final Selector readable;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(LARGEST);

    private VmSocket(Path local, boolean bind) {
        this.local = local;
        try {
            channel = AFUNIXDatagramChannel.open();
            channel.setDeleteOnClose(false);
            if (bind) {
                Files.deleteIfExists(local);
                channel.bind(AFUNIXSocketAddress.of(local));
            }
            channel.configureBlocking(false);
            readable = AFUNIXSelectorProvider.provider().openSelector();
            channel.register(readable, SelectionKey.OP_READ);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A socket bound to `local`; what is there is removed first, as QEMU and libkrun do.
    public static VmSocket bound(Path local) {
        return new VmSocket(local, true);
    }

    /// A socket bound to nothing.
    public static VmSocket nameless() {
        return new VmSocket(Path.of("nameless"), false);
    }

    /// vfkit's sequence: bind, connect, 1 MiB and 4 MiB of buffer, `VFKT`.
    public static VmSocket vfkit(Path local, Path server) {
        VmSocket socket = bound(local).connect(server);
        try {
            socket.channel.setOption(StandardSocketOptions.SO_SNDBUF, 1 << 20);
            socket.channel.setOption(StandardSocketOptions.SO_RCVBUF, 4 << 20);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        socket.send(new byte[] {0x56, 0x46, 0x4b, 0x54});
        return socket;
    }

    /// Connects to `server`.
    public VmSocket connect(Path server) {
        try {
            channel.connect(AFUNIXSocketAddress.of(server));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Where it is bound.
    public Path local() {
        return local;
    }

    /// Sends to whom it is connected to; waits where there is no room.
    public void send(byte... datagram) {
        until(() -> trySend(datagram));
    }

    /// As [#send], without waiting.
    ///
    /// @return false where there is no room
    /// @throws SocketException where the kernel refuses
    public boolean trySend(byte... datagram) throws IOException {
        return channel.write(ByteBuffer.wrap(datagram)) == datagram.length;
    }

    /// Sends to `server` without being connected; waits where there is no room, or nobody for the
    /// instant between two system calls of a server that binds anew.
    public void sendTo(Path server, byte... datagram) {
        until(() -> trySendTo(server, datagram));
    }

    /// As [#sendTo], without waiting.
    ///
    /// @return false where there is no room
    /// @throws SocketException where the kernel refuses
    public boolean trySendTo(Path server, byte... datagram) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(datagram);
        return channel.send(bytes, AFUNIXSocketAddress.of(server)) == datagram.length;
    }

    private static void until(Callable<Boolean> sent) {
        Awaitility.await("room for a datagram")
                .pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(SocketException.class)
                .until(sent);
    }

    /// The next datagram; fails where none comes.
    public byte[] receive() {
        byte[] received = receive(PATIENCE);
        if (received.length == 0) {
            throw new AssertionError("nothing came to " + local);
        }
        return received;
    }

    /// The next datagram; no bytes where none comes in time.
    public byte[] receive(Duration timeout) {
        try {
            readable.select(Math.max(1, timeout.toMillis()));
            readable.selectedKeys().clear();
            buffer.clear();
            if (channel.receive(buffer) == null) {
                return new byte[0];
            }
            byte[] datagram = new byte[buffer.position()];
            buffer.get(0, datagram);
            return datagram;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Ends as a killed VM does: its file stays.
    public void kill() {
        try {
            readable.close();
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Ends as vfkit does when its guest shuts down: its file first. Closing twice is no error.
    @Override
    public void close() {
        try {
            Files.deleteIfExists(local);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        kill();
    }
}
