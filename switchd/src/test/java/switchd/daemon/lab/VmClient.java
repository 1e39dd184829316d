package switchd.daemon.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.newsclub.net.unix.AFUNIXDatagramChannel;
import org.newsclub.net.unix.AFUNIXSelectorProvider;
import org.newsclub.net.unix.AFUNIXSocketAddress;

/// A VM's end of an exported datagram socket, for frames made by hand. The far end of the daemon
/// that is not ours: the channel is junixsocket's.
public final class VmClient implements AutoCloseable {
    private static final AtomicInteger COUNTER = new AtomicInteger(0x100);
    private static final byte[] MAGIC = {'V', 'F', 'K', 'T'};
    private static final int LARGEST = 1 << 17;

    private final Path local;
    private final AFUNIXSocketAddress peer;
    private final boolean connected;
    private final AFUNIXDatagramChannel channel;
    private final Selector readable;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(LARGEST);

    private VmClient(Cleanup cleanup, Path server, Path local, boolean connected)
            throws IOException {
        this.local = local;
        this.connected = connected;
        peer = AFUNIXSocketAddress.of(server);
        channel = cleanup.add(AFUNIXDatagramChannel.open());
        channel.setDeleteOnClose(false);
        channel.bind(AFUNIXSocketAddress.of(local));
        if (connected) {
            channel.connect(peer);
        }
        channel.configureBlocking(false);
        readable = cleanup.add(AFUNIXSelectorProvider.provider().openSelector());
        channel.register(readable, SelectionKey.OP_READ);
    }

    /// Attaches as vfkit ≥ 0.6 does: its socket beside the daemon's, connected, 1 MiB and 4 MiB of
    /// buffer, then the four bytes `VFKT`.
    public static VmClient vfkit(Path server) {
        VmClient client = connected(server, vfkitPath(server));
        try {
            client.channel.setOption(StandardSocketOptions.SO_SNDBUF, 1 << 20);
            client.channel.setOption(StandardSocketOptions.SO_RCVBUF, 4 << 20);
            client.send(MAGIC);
            return client;
        } catch (IOException e) {
            client.close();
            throw new UncheckedIOException(e);
        }
    }

    /// A path for vfkit's end, beside the daemon's socket, as vfkit ≥ 0.6 names it.
    static Path vfkitPath(Path server) {
        long pid = ProcessHandle.current().pid();
        return server.resolveSibling("vfkit-%x-%x.sock".formatted(pid, COUNTER.incrementAndGet()));
    }

    /// Attaches as krunkit does, or vfkit with `vfkitMagic=off`: bound and connected, no greeting.
    public static VmClient connected(Path server, Path local) {
        return open(server, local, true);
    }

    /// Attaches as QEMU's `dgram` does: bound only, names the daemon's socket in every send. The
    /// kernel holds at most `net.unix.max_dgram_qlen` + 1 datagrams (11) for it.
    public static VmClient unconnected(Path server, Path local) {
        return open(server, local, false);
    }

    private static VmClient open(Path server, Path local, boolean connected) {
        return Cleanup.building(cleanup -> {
            try {
                return new VmClient(cleanup, server, local, connected);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /// The path this client is bound to.
    public Path local() {
        return local;
    }

    /// Sends one frame; waits for at most 10 s while the daemon's queue is full.
    public void send(byte... frame) {
        Await.until("room for a frame", Await.SHORT, () -> trySend(frame));
    }

    /// Sends one frame; false where the daemon's queue is full.
    ///
    /// @throws UncheckedIOException where the daemon's socket is gone
    public boolean trySend(byte... frame) {
        try {
            var bytes = ByteBuffer.wrap(frame);
            return (connected ? channel.write(bytes) : channel.send(bytes, peer)) > 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The next frame, if one arrives within `timeout`.
    public Optional<byte[]> receive(Duration timeout) {
        try {
            // A timeout of 0 would wait for ever.
            if (readable.select(Math.max(1, timeout.toMillis())) == 0) {
                return Optional.empty();
            }
            readable.selectedKeys().clear();
            buffer.clear();
            if (channel.receive(buffer) == null) {
                return Optional.empty();
            }
            var frame = new byte[buffer.position()];
            buffer.get(0, frame);
            return Optional.of(frame);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The next frame that `wanted` accepts; the others before it are thrown away.
    public byte[] await(String what, Predicate<byte[]> wanted) {
        long deadline = System.nanoTime() + Await.SHORT.toNanos();
        for (long left = Await.SHORT.toNanos(); left > 0; left = deadline - System.nanoTime()) {
            Optional<byte[]> frame = receive(Duration.ofNanos(left)).filter(wanted);
            if (frame.isPresent()) {
                return frame.get();
            }
        }
        throw new AssertionError("the VM did not receive " + what);
    }

    /// The next frame that equals `frame`; the others before it are thrown away.
    public void await(byte[] frame) {
        await("the frame", received -> Arrays.equals(received, frame));
    }

    /// Leaves as a killed VM does: its socket's file stays behind.
    public void closeAbruptly() {
        try {
            readable.close();
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Leaves as a VM that shuts down does: unlinks its path, closes its socket. Closing twice is
    /// no error.
    @Override
    public void close() {
        try {
            Files.deleteIfExists(local);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        closeAbruptly();
    }
}
