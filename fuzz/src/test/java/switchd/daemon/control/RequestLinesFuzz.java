package switchd.daemon.control;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static switchd.fuzz.Check.that;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import switchd.fuzz.Input;

/// Lines of a client: however they come in, they are those that were sent.
public final class RequestLinesFuzz {
    private RequestLinesFuzz() {}

    public static void fuzzerTestOneInput(byte[] bytes) throws IOException {
        Input input = new Input(bytes);
        int[] cuts = input.cuts();
        byte[] stream = input.rest();
        RequestLines lines = new RequestLines();
        try (Client client = new Client(Input.pieces(stream, cuts))) {
            int at = 0;
            while (lines.fill(client)) {
                that(!lines.isFull(), "it is full of what was taken");
                for (byte[] line = lines.next(); line != null; line = lines.next()) {
                    int end = at + line.length;
                    that(end < stream.length && stream[end] == '\n', "a line has no end");
                    that(Arrays.equals(line, Arrays.copyOfRange(stream, at, end)), "another line");
                    for (byte octet : line) {
                        that(octet != '\n', "two lines in one");
                    }
                    at = end + 1;
                }
                that(!lines.hasLine(), "a line that is not given");
            }
            that(lines.isHalfSent() == (at < stream.length), "what is left is lost");
            that(
                    new String(stream, at, stream.length - at, ISO_8859_1).indexOf('\n') < 0,
                    "a line is missing");
        }
    }

    private static final class Client implements ReadableByteChannel {
        private final Deque<byte[]> pieces;

        Client(List<byte[]> pieces) {
            this.pieces = new ArrayDeque<>(pieces);
        }

        @Override
        public int read(ByteBuffer into) {
            if (pieces.isEmpty()) {
                return -1;
            }
            byte[] piece = pieces.remove();
            int taken = Math.min(piece.length, into.remaining());
            into.put(piece, 0, taken);
            if (taken < piece.length) {
                pieces.addFirst(Arrays.copyOfRange(piece, taken, piece.length));
            }
            return taken;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
