package switchd.daemon.capture;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The client's end of a capture.
public final class CaptureReader {
    private static final int BUFFER_BYTES = 2 * CaptureRecord.LONGEST_FRAME;

    private final InputStream in;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).flip();

    /// @param in the stream that `port.capture` gave
    public CaptureReader(InputStream in) {
        this.in = in;
    }

    /// Hears what is captured.
    public interface Listener {
        /// A record has come.
        ///
        /// @return false to hear no more
        /// @throws IOException where it cannot be passed on
        boolean record(CaptureRecord captured) throws IOException;

        /// Nothing more is here for now: what is to be seen at once should be flushed.
        ///
        /// @throws IOException where it cannot be passed on
        void pause() throws IOException;
    }

    /// Reads until the capture ends or `listener` has heard enough.
    ///
    /// @return false where the listener has, true where the stream has ended
    /// @throws IOException where the stream fails, is cut in the middle of a record, or holds what
    ///   is none; and what the listener throws
    public boolean readAll(Listener listener) throws IOException {
        do {
            for (CaptureRecord next = next(); next != null; next = next()) {
                if (!listener.record(next)) {
                    listener.pause();
                    return false;
                }
            }
            listener.pause();
        } while (fill());
        if (buffer.hasRemaining()) {
            throw new IOException("the capture ends in the middle of a record");
        }
        return true;
    }

    private boolean fill() throws IOException {
        buffer.compact();
        int read = in.read(buffer.array(), buffer.position(), buffer.remaining());
        buffer.position(buffer.position() + Math.max(read, 0));
        buffer.flip();
        return read >= 0;
    }

    private @Nullable CaptureRecord next() throws IOException {
        try {
            return CaptureRecord.read(buffer);
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
