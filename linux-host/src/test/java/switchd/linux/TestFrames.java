package switchd.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import switchd.core.FrameBatch;
import switchd.core.FrameSink;
import switchd.core.FrameSource;
import switchd.core.MacAddress;
import switchd.core.Poller;
import switchd.core.SyscallException;

/// Frames with a word in them, by which they are known again.
final class TestFrames {
    /// IEEE 802 local experimental: no kernel answers it.
    private static final int TYPE = 0x88b5;

    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(5);

    private static final long RESEND = TimeUnit.MILLISECONDS.toNanos(20);

    /// Sends something.
    @FunctionalInterface
    interface Sending {
        void run() throws Exception;
    }

    private TestFrames() {}

    /// A frame of at least 60 bytes.
    static byte[] frame(String destination, String source, String word) {
        return frame(destination, source, word, 60);
    }

    static byte[] frame(String destination, String source, String word, int length) {
        byte[] frame = new byte[length];
        put(frame, 0, destination);
        put(frame, 6, source);
        frame[12] = (byte) (TYPE >>> 8);
        frame[13] = (byte) TYPE;
        byte[] text = word.getBytes(US_ASCII);
        System.arraycopy(text, 0, frame, 14, text.length);
        return frame;
    }

    /// The same with an 802.1Q tag.
    static byte[] tagged(byte[] frame, int tag) {
        byte[] tagged = new byte[frame.length + 4];
        System.arraycopy(frame, 0, tagged, 0, 12);
        tagged[12] = (byte) 0x81;
        tagged[14] = (byte) (tag >>> 8);
        tagged[15] = (byte) tag;
        System.arraycopy(frame, 12, tagged, 16, frame.length - 12);
        return tagged;
    }

    /// A batch of these frames.
    static FrameBatch batch(Arena arena, byte[]... frames) {
        int total = FrameBatch.HEADROOM;
        for (byte[] frame : frames) {
            total += frame.length;
        }
        FrameBatch batch = FrameBatch.view(frames.length);
        MemorySegment memory = arena.allocate(total);
        batch.over(memory);
        int at = FrameBatch.HEADROOM;
        for (byte[] frame : frames) {
            MemorySegment.copy(frame, 0, memory, JAVA_BYTE, at, frame.length);
            batch.add(at, frame.length);
            at += frame.length;
        }
        return batch;
    }

    /// The words of our frames, up to the one with the word `last`.
    static List<String> until(Linux linux, FrameSource source, String last) throws Exception {
        List<String> words = new ArrayList<>();
        for (byte[] frame : framesUntil(linux, source, last)) {
            words.add(word(frame));
        }
        return words;
    }

    /// Our frames, up to the one with the word `last`.
    static List<byte[]> framesUntil(Linux linux, FrameSource source, String last) throws Exception {
        return allUntil(linux, source, last).stream().filter(TestFrames::isOurs).toList();
    }

    /// All frames, up to the one with the word `last`. A bridge asks for multicast routers of its
    /// own accord when it comes up.
    static List<byte[]> allUntil(Linux linux, FrameSource source, String last) throws Exception {
        return allUntil(linux, source, last, PATIENCE, () -> {});
    }

    /// The words of our frames, up to the one with the word `last`, which `send` sends; again and
    /// again, as an interface that has just come up may lose frames for a while.
    static List<String> untilResent(Linux linux, FrameSource source, String last, Sending send)
            throws Exception {
        send.run();
        return allUntil(linux, source, last, RESEND, send).stream().map(TestFrames::word).toList();
    }

    private static List<byte[]> allUntil(
            Linux linux, FrameSource source, String last, long interval, Sending send)
            throws Exception {
        List<byte[]> frames = new ArrayList<>();
        long deadline = System.nanoTime() + PATIENCE;
        try (Arena arena = Arena.ofConfined();
                Poller poller = EpollPoller.open(linux, arena)) {
            poller.watch(source.fd(), 1, true, false);
            while (!take(source.receive(FrameBatch.CAPACITY), frames, last)) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("no frame '" + last + "' after " + words(frames));
                }
                if (poller.await(interval) == 0) {
                    send.run();
                }
            }
        }
        return frames;
    }

    private static boolean take(FrameBatch batch, List<byte[]> frames, String last) {
        for (int i = 0; i < batch.count(); i++) {
            byte[] frame =
                    batch.memory().asSlice(batch.offset(i), batch.length(i)).toArray(JAVA_BYTE);
            frames.add(frame);
            if (word(frame).equals(last)) {
                return true;
            }
        }
        return false;
    }

    private static List<String> words(List<byte[]> frames) {
        return frames.stream().map(TestFrames::word).toList();
    }

    /// The word in one of our frames; of another one, all its octets.
    static String word(byte[] frame) {
        if (!isOurs(frame)) {
            return "foreign frame " + HexFormat.of().formatHex(frame);
        }
        int start = header(frame);
        int end = start;
        while (end < frame.length && frame[end] != 0) {
            end++;
        }
        return new String(frame, start, end - start, US_ASCII);
    }

    private static boolean isOurs(byte[] frame) {
        int header = header(frame);
        return frame.length >= header && type(frame, header - 2) == TYPE;
    }

    private static int header(byte[] frame) {
        return frame.length >= 18 && type(frame, 12) == 0x8100 ? 18 : 14;
    }

    private static int type(byte[] frame, int at) {
        return Byte.toUnsignedInt(frame[at]) << 8 | Byte.toUnsignedInt(frame[at + 1]);
    }

    /// Sends every frame, as the sink must take it.
    static void send(Arena arena, FrameSink sink, byte[]... frames) throws SyscallException {
        int sent = sink.send(batch(arena, frames), 0);
        if (sent != frames.length) {
            throw new AssertionError("sent " + sent + " of " + frames.length);
        }
    }

    private static void put(byte[] frame, int at, String address) {
        long value = MacAddress.parse(address).value();
        for (int i = 0; i < 6; i++) {
            frame[at + i] = (byte) (value >>> (40 - 8 * i));
        }
    }
}
