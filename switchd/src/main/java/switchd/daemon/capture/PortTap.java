package switchd.daemon.capture;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import switchd.core.Direction;
import switchd.core.DropCause;
import switchd.core.FrameBatch;
import switchd.core.FrameTap;
import switchd.core.Port;

/// All captures of one port: each is shown what the port shows. Used by the loop's thread alone.
final class PortTap implements FrameTap {
    private final Port port;
    private final List<CaptureStream> streams = new ArrayList<>();

    PortTap(Port port) {
        this.port = port;
    }

    int size() {
        return streams.size();
    }

    void add(CaptureStream stream) {
        streams.add(stream);
        port.tap(this);
    }

    /// The port is tapped no more when the last one has gone.
    void remove(CaptureStream stream) {
        streams.remove(stream);
        if (streams.isEmpty()) {
            port.tap(null);
        }
    }

    void close() {
        while (!streams.isEmpty()) {
            streams.getLast().close();
        }
    }

    // By number: an iterator would be an object for every batch.
    @Override
    public void frames(
            Direction direction, FrameBatch frames, int from, int to, @Nullable DropCause cause) {
        for (int i = 0; i < streams.size(); i++) {
            streams.get(i).frames(direction, frames, from, to, cause);
        }
    }

    @Override
    public void unseen(Direction direction, DropCause cause, int count) {
        for (int i = 0; i < streams.size(); i++) {
            streams.get(i).unseen(direction, cause, count);
        }
    }
}
