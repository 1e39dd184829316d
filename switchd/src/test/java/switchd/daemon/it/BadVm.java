package switchd.daemon.it;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import switchd.core.SwitchdException;
import switchd.daemon.lab.Await;
import switchd.posix.NativePosix;
import switchd.posix.PosixConstants;
import switchd.posix.SocketBuffers;
import switchd.posix.UnixAddress;

/// A VM that sends as fast as it can, to its port or, for comparison, to a socket that a thread
/// beside it drains: what it costs the machine is the same then, but the daemon has no part in it.
@SuppressWarnings("NonAtomicVolatileUpdate") // one thread alone writes
final class BadVm implements AutoCloseable {
    private static final int LONGEST = 1 << 17;

    private final Arena arena = Arena.ofShared();
    private final List<Thread> threads = new ArrayList<>();
    private final List<MemorySegment> frames;
    private final NativePosix posix = new NativePosix(arena);
    private final int toPort;
    private final int toDrain;
    private final int drain;
    private volatile boolean ended;
    private volatile boolean bad;

    /// Frames that its port was given so far.
    private volatile long sent;

    /// Attaches as vfkit does, and begins to send `frames` in turn, not to the port yet.
    BadVm(Path port, List<byte[]> frames) throws SwitchdException {
        this.frames =
                frames.stream()
                        .map(frame ->
                                arena.allocate(Math.max(1, frame.length))
                                        .copyFrom(MemorySegment.ofArray(frame)))
                        .toList();
        MemorySegment pair = arena.allocate(JAVA_INT, 2);
        assertThat(posix.socketpair(PosixConstants.AF_UNIX, PosixConstants.SOCK_DGRAM, 0, pair))
                .isZero();
        toDrain = pair.getAtIndex(JAVA_INT, 0);
        drain = pair.getAtIndex(JAVA_INT, 1);
        SocketBuffers.send(posix, toDrain, 1 << 20);
        toPort = attach(port);
        threads.add(Thread.ofPlatform().name("drain").start(this::drain));
        threads.add(Thread.ofPlatform().name("flood").start(this::flood));
    }

    private int attach(Path port) throws SwitchdException {
        int fd = posix.socket(PosixConstants.AF_UNIX, PosixConstants.SOCK_DGRAM, 0);
        UnixAddress own = UnixAddress.of(arena, port.resolveSibling("bad.sock").toString());
        assertThat(posix.bind(fd, own.memory(), own.length())).isZero();
        UnixAddress server = UnixAddress.of(arena, port.toString());
        assertThat(posix.connect(fd, server.memory(), server.length())).isZero();
        SocketBuffers.send(posix, fd, 1 << 20);
        assertThat(posix.write(fd, arena.allocateFrom("VFKT"), 0, 4)).isEqualTo(4);
        return fd;
    }

    private void drain() {
        try (Arena own = Arena.ofConfined()) {
            NativePosix calls = new NativePosix(own);
            MemorySegment buffer = own.allocate(LONGEST);
            while (calls.read(drain, buffer, 0, LONGEST) > 1) {
                // the next one
            }
        }
    }

    private void flood() {
        try (Arena own = Arena.ofConfined()) {
            NativePosix calls = new NativePosix(own);
            for (int i = 0; !ended; i = (i + 1) % frames.size()) {
                MemorySegment frame = frames.get(i);
                calls.write(bad ? toPort : toDrain, frame, 0, frame.byteSize());
                if (bad) {
                    sent = sent + 1;
                }
            }
        }
    }

    /// From here on it sends to its port, or not.
    void bad(boolean isBad) {
        bad = isBad;
        if (isBad) {
            long before = sent;
            Await.until("a flood", Await.SHORT, () -> sent > before + 1000);
        }
    }

    long sent() {
        return sent;
    }

    @Override
    public void close() {
        ended = true;
        try {
            threads.get(1).join();
            posix.write(toDrain, arena.allocate(JAVA_BYTE), 0, 1);
            threads.get(0).join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        posix.close(toPort);
        posix.close(toDrain);
        posix.close(drain);
        arena.close();
    }
}
