package switchd.attach;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static switchd.fuzz.Check.that;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import switchd.core.Errno;
import switchd.core.FrameBatch;
import switchd.core.testkit.Frames;
import switchd.fuzz.Input;
import switchd.fuzz.Kernels;
import switchd.posix.MessageHeader;
import switchd.posix.Posix;

/// Frames into a stream whose far end takes as little as it likes: what is taken is a beginning of
/// the frames with their lengths, and once there is room, all of it.
public final class StreamOutputFuzz {
    private static final long IOVECS =
            MessageHeader.LAYOUT.byteOffset(PathElement.groupElement("msg_iov"));
    private static final long COUNT =
            MessageHeader.LAYOUT.byteOffset(PathElement.groupElement("msg_iovlen"));

    private final Input input;
    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();

    private StreamOutputFuzz(Input input) {
        this.input = input;
    }

    public static void fuzzerTestOneInput(byte[] bytes) {
        new StreamOutputFuzz(new Input(bytes)).run();
    }

    private void run() {
        byte[][] frames = new byte[1 + input.octet() % FrameBatch.CAPACITY][];
        ByteBuffer expected = ByteBuffer.allocate(frames.length * 260);
        for (int i = 0; i < frames.length; i++) {
            frames[i] = Arrays.copyOf(input.take(16), input.octet());
            expected.putInt(frames[i].length).put(frames[i]);
        }
        FrameBatch batch = Frames.batch(300, frames);
        Posix posix = Kernels.of(Posix.class, Map.of("sendmsg", this::send));
        try (Arena arena = Arena.ofConfined()) {
            StreamOutput output = new StreamOutput(posix, arena);
            int from = 0;
            for (int calls = 0; from < frames.length || output.flush(0) > 0; calls++) {
                that(calls < 10_000, "it goes on for ever");
                if (from < frames.length && output.flush(0) == 0) {
                    int sent = output.send(0, batch, from);
                    that(sent >= 0 && sent <= frames.length - from, "more than there are");
                    from += sent;
                }
            }
        }
        byte[] all = Arrays.copyOf(expected.array(), expected.position());
        that(Arrays.equals(taken.toByteArray(), all), "another stream");
    }

    /// An octet says how much is taken: nothing, some, or all where it is large.
    private Object send(Object[] call) {
        MemorySegment header = (MemorySegment) call[1];
        int count = header.get(JAVA_INT, COUNT);
        long stride = MessageHeader.IOVEC.byteSize();
        MemorySegment iovecs = Kernels.pointer(header, IOVECS, count * stride);
        int room = input.isEmpty() ? Integer.MAX_VALUE : input.octet() * 4;
        if (room == 0) {
            return (long) -Errno.EAGAIN.number();
        }
        long sent = 0;
        for (int i = 0; i < count && room > sent; i++) {
            long length = iovecs.get(JAVA_LONG, i * stride + Long.BYTES);
            MemorySegment part = Kernels.pointer(iovecs, i * stride, length);
            int now = (int) Math.min(length, room - sent);
            taken.writeBytes(part.asSlice(0, now).toArray(JAVA_BYTE));
            sent += now;
        }
        return sent;
    }
}
