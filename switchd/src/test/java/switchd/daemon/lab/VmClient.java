package switchd.daemon.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import switchd.attach.testkit.VmSocket;

/// A VM's end of an exported datagram socket, for frames made by hand. The far end of the daemon
/// that is not ours: its socket is junixsocket's.
public final class VmClient implements AutoCloseable {
    private static final AtomicInteger COUNTER = new AtomicInteger(0x100);

    private final Path server;
    private final VmSocket socket;
    private final boolean connected;

    private VmClient(Path server, VmSocket socket, boolean connected) {
        this.server = server;
        this.socket = socket;
        this.connected = connected;
    }

    /// Attaches as vfkit ≥ 0.6 does: its socket beside the daemon's, connected, 1 MiB and 4 MiB of
    /// buffer, then the four bytes `VFKT`.
    public static VmClient vfkit(Path server) {
        return new VmClient(server, VmSocket.vfkit(vfkitPath(server), server), true);
    }

    /// A path for vfkit's end, beside the daemon's socket, as vfkit ≥ 0.6 names it.
    static Path vfkitPath(Path server) {
        long pid = ProcessHandle.current().pid();
        return server.resolveSibling("vfkit-%x-%x.sock".formatted(pid, COUNTER.incrementAndGet()));
    }

    /// Attaches as krunkit does, or vfkit with `vfkitMagic=off`: bound and connected, no greeting.
    public static VmClient connected(Path server, Path local) {
        return new VmClient(server, VmSocket.bound(local).connect(server), true);
    }

    /// Attaches as QEMU's `dgram` does: bound only, names the daemon's socket in every send. The
    /// kernel holds at most `net.unix.max_dgram_qlen` + 1 datagrams (11) for it.
    public static VmClient unconnected(Path server, Path local) {
        return new VmClient(server, VmSocket.bound(local), false);
    }

    /// The path this client is bound to.
    public Path local() {
        return socket.local();
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
            return connected ? socket.trySend(frame) : socket.trySendTo(server, frame);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The next frame, if one arrives within `timeout`.
    public Optional<byte[]> receive(Duration timeout) {
        return Optional.of(socket.receive(timeout)).filter(frame -> frame.length > 0);
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
        socket.kill();
    }

    /// Leaves as a VM that shuts down does: unlinks its path, closes its socket. Closing twice is
    /// no error.
    @Override
    public void close() {
        socket.close();
    }
}
