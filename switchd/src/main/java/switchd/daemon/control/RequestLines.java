package switchd.daemon.control;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import org.jspecify.annotations.Nullable;

/// What a client has sent and nobody has looked at yet: at most one request of the greatest length.
final class RequestLines {
    /// A request with its end of line.
    static final int MAX_REQUEST = 1 << 16;

    private static final int FIRST_CAPACITY = 1 << 10;

    private ByteBuffer received = ByteBuffer.allocate(FIRST_CAPACITY);
    private int searched;

    /// Reads once.
    ///
    /// @return false where the client sends nothing any more
    boolean fill(ReadableByteChannel channel) throws IOException {
        if (!received.hasRemaining() && received.capacity() < MAX_REQUEST) {
            int larger = Math.min(MAX_REQUEST, received.capacity() * 4);
            received = ByteBuffer.allocate(larger).put(received.flip());
        }
        return !received.hasRemaining() || channel.read(received) >= 0;
    }

    /// True where there is a whole line.
    boolean hasLine() {
        while (searched < received.position() && received.get(searched) != '\n') {
            searched++;
        }
        return searched < received.position();
    }

    /// The next whole line without its end, or null.
    byte @Nullable [] next() {
        if (!hasLine()) {
            return null;
        }
        byte[] line = new byte[searched];
        received.flip().get(line).get();
        received.compact();
        searched = 0;
        return line;
    }

    /// True where what is there is the beginning of a line.
    boolean isHalfSent() {
        return received.position() > 0;
    }

    /// True where there is no room for more.
    boolean isFull() {
        return received.position() == MAX_REQUEST;
    }
}
