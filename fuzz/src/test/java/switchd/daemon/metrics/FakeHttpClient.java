package switchd.daemon.metrics;

import java.io.ByteArrayOutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/// A client that sends its request in pieces, then nothing, and takes what comes.
final class FakeHttpClient extends SocketChannel {
    private final Deque<byte[]> pieces;
    private final ByteArrayOutputStream answer = new ByteArrayOutputStream();
    private final SelectionKey key = new Key();

    FakeHttpClient(List<byte[]> pieces) {
        super(SelectorProvider.provider());
        this.pieces = new ArrayDeque<>(pieces);
    }

    SelectionKey key() {
        return key;
    }

    /// What was written to it.
    ByteArrayOutputStream answer() {
        return answer;
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
    public int write(ByteBuffer from) {
        byte[] bytes = new byte[from.remaining()];
        from.get(bytes);
        answer.writeBytes(bytes);
        return bytes.length;
    }

    @Override
    public long read(ByteBuffer[] into, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public SocketChannel bind(SocketAddress local) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T> SocketChannel setOption(SocketOption<T> name, T value) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T> T getOption(SocketOption<T> name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return Set.of();
    }

    @Override
    public SocketChannel shutdownInput() {
        return this;
    }

    @Override
    public SocketChannel shutdownOutput() {
        return this;
    }

    @Override
    public Socket socket() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isConnected() {
        return true;
    }

    @Override
    public boolean isConnectionPending() {
        return false;
    }

    @Override
    public boolean connect(SocketAddress remote) {
        return true;
    }

    @Override
    public boolean finishConnect() {
        return true;
    }

    @Override
    public SocketAddress getRemoteAddress() {
        throw new UnsupportedOperationException();
    }

    @Override
    public SocketAddress getLocalAddress() {
        throw new UnsupportedOperationException();
    }

    @Override
    protected void implCloseSelectableChannel() {}

    @Override
    protected void implConfigureBlocking(boolean block) {}

    private final class Key extends SelectionKey {
        private int interest = OP_READ;

        @Override
        public SocketChannel channel() {
            return FakeHttpClient.this;
        }

        @Override
        public Selector selector() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isValid() {
            return isOpen();
        }

        @Override
        public void cancel() {}

        @Override
        public int interestOps() {
            return interest;
        }

        @Override
        public SelectionKey interestOps(int operations) {
            interest = operations;
            return this;
        }

        @Override
        public int readyOps() {
            return interest;
        }
    }
}
