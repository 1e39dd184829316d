package switchd.daemon.darwin;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import switchd.daemon.lab.Await;
import switchd.darwin.testkit.FakeVm;
import switchd.darwin.testkit.FakeXnu;

/// A VM at the far end of a port's socket, a process of its own on the kernel in memory. It
/// attaches as vfkit does: bound beside the port's socket, connected, buffers of 1 and 4 MiB,
/// `VFKT`.
final class MacVm implements AutoCloseable {
    private final FakeXnu process;
    private final FakeVm socket;
    private boolean alive = true;

    private MacVm(FakeXnu process, FakeVm socket) {
        this.process = process;
        this.socket = socket;
    }

    /// Attaches to the port whose socket is at `server`.
    ///
    /// @param name of the VM's own socket, beside it
    static MacVm attach(FakeXnu process, String server, String name) {
        String own = server.substring(0, server.lastIndexOf('/') + 1) + name;
        FakeVm socket =
                FakeVm.bound(process, own).connect(server).buffers(1 << 20, 4 << 20).hello();
        return new MacVm(process, socket);
    }

    /// Sends one frame; it must find room within 10 s.
    void send(byte... frame) {
        Await.until("room for a frame", Await.SHORT, () -> trySend(frame));
    }

    /// Sends one frame; false where the daemon's queue is full.
    boolean trySend(byte... frame) {
        return socket.send(frame);
    }

    /// The frames that have come.
    List<byte[]> receive() {
        List<byte[]> frames = new ArrayList<>();
        for (byte @Nullable [] frame = socket.receive(); frame != null; frame = socket.receive()) {
            frames.add(frame);
        }
        return frames;
    }

    /// Waits for the next `count` frames; what comes beyond them comes along.
    List<byte[]> await(int count) {
        List<byte[]> frames = new ArrayList<>();
        Await.until(
                count + " frames",
                Await.SHORT,
                () -> {
                    frames.addAll(receive());
                    return frames.size() >= count;
                });
        return frames;
    }

    /// Waits until `frame` has come; what comes before is thrown away.
    void await(byte[] frame) {
        Await.until(
                "the frame",
                Await.SHORT,
                () -> receive().stream().anyMatch(received -> Arrays.equals(received, frame)));
    }

    /// Dies as a VM does that is killed: its socket's file stays behind.
    void kill() {
        alive = false;
        process.kill9();
    }

    @Override
    public void close() {
        if (alive) {
            socket.close();
        }
    }
}
