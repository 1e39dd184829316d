package switchd.attach;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import switchd.core.EventLoop;
import switchd.core.FrameBatch;
import switchd.core.Guards;
import switchd.core.MacPolicy;
import switchd.core.Network;
import switchd.core.Port;
import switchd.core.testkit.Frames;

/// A network that keeps what VMs send, and sends them what a test makes up.
final class RecordingNetwork extends Network {
    static final int MTU = 1500;

    private final List<byte[]> frames = new CopyOnWriteArrayList<>();
    private final Port nobody;

    RecordingNetwork(EventLoop loop, Arena arena) {
        super("recording", MTU, loop, arena);
        nobody = new Port("nobody", loop, this, new MacPolicy.Any(), Guards.USUAL, _ -> {}, arena);
    }

    /// What has come from VMs.
    List<byte[]> frames() {
        return List.copyOf(frames);
    }

    void send(byte[]... toVms) {
        flood(nobody, Frames.batch(MTU, toVms));
    }

    @Override
    protected void beyond(Port from, FrameBatch batch) {
        from.toLan().passed(batch, 0, batch.count());
        for (int i = 0; i < batch.count(); i++) {
            frames.add(Frames.bytes(batch, i));
        }
    }
}
