package switchd.daemon.control;

import java.io.FileDescriptor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.newsclub.net.unix.AFUNIXSocketChannel;
import org.newsclub.net.unix.FileDescriptorCast;
import switchd.posix.Fd;

/// What a client is to be sent and the kernel has not taken yet.
final class Outbox {
    private final Deque<Message> messages = new ArrayDeque<>();
    private long bytes;

    /// A line on its way.
    ///
    /// @param descriptor goes with the first octet; closed when that is sent, or never will be
    private record Message(ByteBuffer line, @Nullable Fd descriptor) {
        private boolean isBegun() {
            return line.position() > 0;
        }

        private void release() {
            if (descriptor != null) {
                descriptor.close();
            }
        }
    }

    void add(byte[] line, @Nullable Fd descriptor) {
        messages.add(new Message(ByteBuffer.wrap(line), descriptor));
        bytes += line.length;
    }

    boolean isEmpty() {
        return messages.isEmpty();
    }

    /// Octets that wait.
    long size() {
        return bytes;
    }

    /// Sends as much as the kernel takes.
    ///
    /// @throws IOException where the client is gone
    void flush(AFUNIXSocketChannel channel) throws IOException {
        while (!messages.isEmpty()) {
            Message next = messages.getFirst();
            if (!next.isBegun()) {
                // Anew at each attempt: junixsocket forgets them when the kernel has no room.
                channel.setOutboundFileDescriptors(attachment(next.descriptor()));
            }
            int sent = channel.write(next.line());
            bytes -= sent;
            if (next.isBegun()) {
                next.release(); // a second close does nothing
            }
            if (next.line().hasRemaining()) {
                return;
            }
            messages.removeFirst();
        }
    }

    private static FileDescriptor @Nullable [] attachment(@Nullable Fd descriptor)
            throws IOException {
        return descriptor == null
                ? null
                : new FileDescriptor[] {
                    FileDescriptorCast.unsafeUsing(descriptor.number()).getFileDescriptor()
                };
    }

    /// Forgets what the kernel has no part of yet, so that what is sent remains whole lines.
    void clear() {
        Message begun = messages.peek();
        messages.forEach(Message::release);
        messages.clear();
        bytes = 0;
        if (begun != null && begun.isBegun()) {
            messages.add(begun);
            bytes = begun.line().remaining();
        }
    }
}
