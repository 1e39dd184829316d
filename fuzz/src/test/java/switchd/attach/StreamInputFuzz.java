package switchd.attach;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static switchd.fuzz.Check.that;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import switchd.core.FrameBatch;
import switchd.fuzz.Input;
import switchd.fuzz.Kernels;
import switchd.posix.MessageHeader;
import switchd.posix.Posix;

/// Frames out of a stream: however the stream is cut, they are those that it holds, up to the first
/// length that is none.
public final class StreamInputFuzz {
    private StreamInputFuzz() {}

    public static void fuzzerTestOneInput(byte[] bytes) {
        Input input = new Input(bytes);
        int[] cuts = input.cuts();
        byte[] stream = input.rest();
        Deque<byte[]> pieces = new ArrayDeque<>(Input.pieces(stream, cuts));
        Posix posix = Kernels.of(Posix.class, Map.of("recvmsg", call -> receive(pieces, call)));
        try (Arena arena = Arena.ofConfined()) {
            StreamInput frames = new StreamInput(posix, arena);
            List<byte[]> found = new ArrayList<>();
            long read = 1;
            while (read != StreamInput.END && !frames.hasBadLength()) {
                read = frames.read(0);
                that(read >= 0 || StreamInput.isNothing(read), "another error");
                while (frames.hasFrame()) {
                    FrameBatch batch = frames.next(FrameBatch.CAPACITY);
                    that(batch.count() > 0, "no frame where there is one");
                    for (int i = 0; i < batch.count(); i++) {
                        found.add(
                                batch.memory()
                                        .asSlice(batch.offset(i), batch.length(i))
                                        .toArray(JAVA_BYTE));
                    }
                }
            }
            compare(ByteBuffer.wrap(stream), found, frames.hasBadLength());
        }
    }

    private static Object receive(Deque<byte[]> pieces, Object[] call) {
        MemorySegment header = (MemorySegment) call[1];
        long iovecs = MessageHeader.LAYOUT.byteOffset(PathElement.groupElement("msg_iov"));
        MemorySegment iovec = Kernels.pointer(header, iovecs, MessageHeader.IOVEC.byteSize());
        long room = iovec.get(JAVA_LONG, Long.BYTES);
        that(room > 0, "a read without room looks like the end");
        if (pieces.isEmpty()) {
            return 0L;
        }
        byte[] piece = pieces.remove();
        int taken = (int) Math.min(piece.length, room);
        MemorySegment.copy(piece, 0, Kernels.pointer(iovec, 0, room), JAVA_BYTE, 0, taken);
        if (taken < piece.length) {
            pieces.addFirst(Arrays.copyOfRange(piece, taken, piece.length));
        }
        return (long) taken;
    }

    private static void compare(ByteBuffer stream, List<byte[]> found, boolean isBad) {
        for (byte[] frame : found) {
            byte[] expected = new byte[stream.getInt()];
            stream.get(expected);
            that(Arrays.equals(frame, expected), "a frame is another one");
        }
        boolean hasLength = stream.remaining() >= Integer.BYTES;
        long next = hasLength ? Integer.toUnsignedLong(stream.getInt()) : 0;
        that(isBad == (next > StreamInput.LONGEST), "a length that is none");
        that(isBad || !hasLength || next > stream.remaining(), "a frame is missing");
    }
}
