package switchd.daemon.capture;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import switchd.posix.NativePosix;
import switchd.posix.Posix;

/// The far end of a capture, read by another thread than the loop's.
final class ClientEnd extends InputStream {
    private static final int CHUNK = 1 << 16;

    private final Arena arena = Arena.ofShared();
    private final Posix posix = new NativePosix(arena);
    private final MemorySegment chunk = arena.allocate(CHUNK);
    private final CaptureReader reader = new CaptureReader(this);
    private final int fd;
    private boolean open = true;

    ClientEnd(int fd) {
        this.fd = fd;
    }

    /// All records from here to the end of the stream.
    List<CaptureRecord> readAll() throws IOException {
        return read(Integer.MAX_VALUE);
    }

    /// The next `count` records.
    List<CaptureRecord> read(int count) throws IOException {
        List<CaptureRecord> records = new ArrayList<>();
        reader.readAll(
                new CaptureReader.Listener() {
                    @Override
                    public boolean record(CaptureRecord captured) {
                        records.add(captured);
                        return records.size() < count;
                    }

                    @Override
                    public void pause() {}
                });
        return records;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        long read = posix.read(fd, chunk, 0, Math.min(length, CHUNK));
        if (read < 0) {
            throw new IOException("read: " + read);
        }
        MemorySegment.copy(chunk, JAVA_BYTE, 0, to, offset, (int) read);
        return read == 0 ? -1 : (int) read;
    }

    @Override
    public int read() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            posix.close(fd);
            arena.close();
        }
    }
}
