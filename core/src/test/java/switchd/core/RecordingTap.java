package switchd.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import switchd.core.testkit.Frames;

/// Keeps all that it is shown of a port.
final class RecordingTap implements FrameTap {
    /// A frame and what became of it.
    record Seen(Direction direction, @Nullable DropCause cause, int number, int length) {}

    final List<Seen> seen = new ArrayList<>();
    final Map<DropCause, Integer> unseen = new EnumMap<>(DropCause.class);
    private final Port port;

    RecordingTap(Port port) {
        this.port = port;
        port.tap(this);
    }

    @Override
    public void frames(
            Direction direction, FrameBatch frames, int from, int to, @Nullable DropCause cause) {
        assertThat(from).isLessThan(to);
        for (int i = from; i < to; i++) {
            byte[] frame = Frames.bytes(frames, i);
            int number = frame.length < 18 ? -1 : Frames.number(frame);
            seen.add(new Seen(direction, cause, number, frame.length));
        }
    }

    @Override
    public void unseen(Direction direction, DropCause cause, int count) {
        assertThat(count).isPositive();
        unseen.merge(cause, count, Integer::sum);
    }

    /// Fails where what was shown is not what the port has counted.
    void assertAsCounted(String what) {
        for (Direction direction : Direction.values()) {
            Counters counters = direction == Direction.TO_LAN ? port.toLan() : port.toVm();
            assertThat(count(direction, null)).as(what).isEqualTo(counters.frames());
            for (DropCause cause : DropCause.values()) {
                assertThat(count(direction, cause))
                        .as("%s, %s, %s", what, direction, cause)
                        .isEqualTo(counters.drops(cause));
            }
        }
    }

    private long count(Direction direction, @Nullable DropCause cause) {
        return seen.stream().filter(s -> s.direction == direction && s.cause == cause).count();
    }
}
