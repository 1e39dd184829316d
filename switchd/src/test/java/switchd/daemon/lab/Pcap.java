package switchd.daemon.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Reads a capture file in the classic pcap format, native byte order, which may still grow.
final class Pcap {
    private static final int FILE_HEADER = 24;
    private static final int RECORD_HEADER = 16;
    private static final int CAPTURED_LENGTH = 8;

    private Pcap() {}

    /// The frames written completely so far.
    static List<byte[]> read(Path file) {
        var frames = new ArrayList<byte[]>();
        ByteBuffer bytes = bytes(file);
        int at = FILE_HEADER;
        while (at + RECORD_HEADER <= bytes.limit()) {
            int length = bytes.getInt(at + CAPTURED_LENGTH);
            at += RECORD_HEADER;
            if (at + length > bytes.limit()) {
                break;
            }
            var frame = new byte[length];
            bytes.get(at, frame);
            frames.add(frame);
            at += length;
        }
        return frames;
    }

    private static ByteBuffer bytes(Path file) {
        try {
            return ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.nativeOrder());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
