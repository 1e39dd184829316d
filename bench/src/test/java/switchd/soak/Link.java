package switchd.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import switchd.attach.testkit.StreamSocket;
import switchd.attach.testkit.VmSocket;
import switchd.core.FrameBatch;
import switchd.core.SwitchdException;
import switchd.daemon.control.ControlClient;
import switchd.daemon.lab.VmClient;
import switchd.posix.Fd;
import switchd.posix.NativePosix;
import switchd.posix.SingleMessageIo;

/// A VM's end of its NIC, as one kind of VM has it. For one thread.
interface Link extends AutoCloseable {
    /// Sends a frame.
    ///
    /// @return false where there was no room
    /// @throws RuntimeException where the other end is gone
    boolean send(byte... frame);

    /// The next frame; no bytes where none comes in time.
    ///
    /// @throws RuntimeException where the other end is gone
    byte[] receive(Duration timeout);

    /// Ends as a killed VM does.
    void kill();

    /// Ends as a VM does that is shut down.
    @Override
    void close();

    /// How a VM opens its link, each time that it begins.
    @FunctionalInterface
    interface Opener {
        Link open() throws Exception;
    }

    /// A datagram socket that [VmClient] has.
    static Link of(VmClient client) {
        return new Link() {
            @Override
            public boolean send(byte... frame) {
                return client.trySend(frame);
            }

            @Override
            public byte[] receive(Duration timeout) {
                return client.receive(timeout).orElse(new byte[0]);
            }

            @Override
            public void kill() {
                client.closeAbruptly();
            }

            @Override
            public void close() {
                client.close();
            }
        };
    }

    /// A datagram socket that is connected, to whomever.
    static Link of(VmSocket socket) {
        return new Link() {
            @Override
            public boolean send(byte... frame) {
                try {
                    return socket.trySend(frame);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }

            @Override
            public byte[] receive(Duration timeout) {
                return socket.receive(timeout);
            }

            @Override
            public void kill() {
                socket.kill();
            }

            @Override
            public void close() {
                socket.close();
            }
        };
    }

    /// A stream.
    static Link stream(Path server) {
        StreamSocket socket = StreamSocket.connect(server);
        return new Link() {
            @Override
            public boolean send(byte... frame) {
                socket.send(frame);
                return true;
            }

            @Override
            @SuppressWarnings("ReferenceEquality") // END is known by its identity
            public byte[] receive(Duration timeout) {
                byte[] frame = socket.receive(timeout);
                if (frame == StreamSocket.END) {
                    throw new IllegalStateException("the stream has ended");
                }
                return frame;
            }

            @Override
            public void kill() {
                socket.close();
            }

            @Override
            public void close() {
                socket.close();
            }
        };
    }

    /// The descriptor of a port that is there, as `switchd run` gets it.
    static Link descriptor(Path control, String port) throws SwitchdException {
        return new Descriptor(
                ControlClient.callForDescriptor(control, "port.descriptor", Map.of("name", port))
                        .number());
    }

    /// What `switchd run` hands over. Looks for frames every 5 ms.
    final class Descriptor implements Link {
        private static final int LARGEST = 2000;

        private final Arena arena = Arena.ofShared();
        private final NativePosix posix = new NativePosix(arena);
        private final SingleMessageIo io =
                new SingleMessageIo(posix, arena, FrameBatch.slots(arena, 1, LARGEST));
        private final FrameBatch one = FrameBatch.slots(arena, 1, LARGEST);
        private final Fd fd;

        Descriptor(int number) {
            fd = new Fd(posix, number);
        }

        @Override
        public boolean send(byte... frame) {
            one.clear();
            MemorySegment.copy(
                    frame, 0, one.memory(), ValueLayout.JAVA_BYTE, one.slot(0), frame.length);
            one.add(one.slot(0), frame.length);
            return io.send(fd.number(), one, 0) == 1;
        }

        @Override
        public byte[] receive(Duration timeout) {
            long deadline = System.nanoTime() + timeout.toNanos();
            do {
                if (io.receive(fd.number()) > 0) {
                    FrameBatch slots = io.slots();
                    return slots.memory()
                            .asSlice(slots.offset(0), slots.length(0))
                            .toArray(ValueLayout.JAVA_BYTE);
                }
                LockSupport.parkNanos(5_000_000);
            } while (System.nanoTime() < deadline);
            return new byte[0];
        }

        @Override
        public void kill() {
            close();
        }

        @Override
        public void close() {
            fd.close();
            arena.close();
        }
    }

    /// Removes what a killed VM has left, as the next of its kind does.
    static void removeLeft(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
