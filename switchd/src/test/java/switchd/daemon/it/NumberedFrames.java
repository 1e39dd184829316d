package switchd.daemon.it;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import switchd.core.FrameBatch;
import switchd.core.testkit.Frames;
import switchd.daemon.lab.Await;
import switchd.posix.NativePosix;
import switchd.posix.SingleMessageIo;

/// Two VMs that send each other a numbered frame every millisecond, whatever becomes of the daemon:
/// one by a socket that it has connected once, one by a descriptor. A thread of its own.
final class NumberedFrames implements AutoCloseable {
    private static final long PACE = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int LENGTH = 60;

    private final Thread thread;
    private final int socket;
    private final int descriptor;
    private final Way toDescriptor = new Way();
    private final Way toSocket = new Way();
    private volatile boolean ended;

    /// One direction. What is counted is written by one thread.
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread alone writes
    static final class Way {
        /// Frames that the kernel took.
        volatile int sent;

        /// Frames that the kernel had no room for.
        volatile int refused;

        /// Frames that came.
        volatile int received;

        /// The longest time between two frames that came.
        volatile long longestNanos;

        private int next = 1;
        private int last;
        private long at;

        private void taken(boolean accepted) {
            next++;
            if (accepted) {
                sent = sent + 1;
            } else {
                refused = refused + 1;
            }
        }

        private void came(int number) {
            if (number <= last) {
                throw new AssertionError(number + " came after " + last);
            }
            last = number;
            long now = System.nanoTime();
            if (received > 0) {
                longestNanos = Math.max(longestNanos, now - at);
            }
            at = now;
            received = received + 1;
        }

        /// Frames that were taken and never came; once all is quiet.
        int lost() {
            return sent - received;
        }
    }

    /// @param socket number of a connected descriptor
    /// @param descriptor the other's
    NumberedFrames(int socket, int descriptor) {
        this.socket = socket;
        this.descriptor = descriptor;
        this.thread = Thread.ofPlatform().name("numbered").start(this::run);
    }

    Way toDescriptor() {
        return toDescriptor;
    }

    Way toSocket() {
        return toSocket;
    }

    private void run() {
        try (Arena arena = Arena.ofConfined()) {
            NativePosix posix = new NativePosix(arena);
            SingleMessageIo io =
                    new SingleMessageIo(posix, arena, FrameBatch.slots(arena, 1, 2000));
            FrameBatch one = FrameBatch.slots(arena, 1, LENGTH);
            while (!ended) {
                receive(io, socket, 2, toSocket);
                receive(io, descriptor, 1, toDescriptor);
                toDescriptor.taken(send(io, socket, one, frame(1, toDescriptor.next)));
                toSocket.taken(send(io, descriptor, one, frame(2, toSocket.next)));
                LockSupport.parkNanos(PACE);
            }
            // What is on its way.
            LockSupport.parkNanos(100 * PACE);
            receive(io, socket, 2, toSocket);
            receive(io, descriptor, 1, toDescriptor);
        }
    }

    private static void receive(SingleMessageIo io, int fd, int from, Way way) {
        while (io.receive(fd) > 0) {
            byte[] frame = Frames.bytes(io.slots(), 0);
            if (frame.length == LENGTH && frame[11] == from) {
                way.came(number(frame));
            }
        }
    }

    private static boolean send(SingleMessageIo io, int fd, FrameBatch one, byte... frame) {
        one.clear();
        MemorySegment.copy(frame, 0, one.memory(), JAVA_BYTE, one.slot(0), LENGTH);
        one.add(one.slot(0), LENGTH);
        return io.send(fd, one, 0) == 1;
    }

    private static byte[] frame(int from, int number) {
        byte[] frame = new byte[LENGTH];
        frame[0] = 2;
        frame[5] = (byte) (3 - from);
        frame[6] = 2;
        frame[11] = (byte) from;
        frame[12] = (byte) 0x88;
        frame[13] = (byte) 0xb5;
        return ByteBuffer.wrap(frame).putInt(14, number).array();
    }

    private static int number(byte... frame) {
        return ByteBuffer.wrap(frame).getInt(14);
    }

    /// Waits until frames go both ways.
    void awaitBoth() {
        int to = toDescriptor.received;
        int from = toSocket.received;
        Await.until(
                "frames both ways",
                Duration.ofSeconds(20),
                () -> toDescriptor.received > to + 20 && toSocket.received > from + 20);
    }

    @Override
    public void close() {
        ended = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
