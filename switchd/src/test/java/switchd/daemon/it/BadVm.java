package switchd.daemon.it;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import switchd.core.SwitchdException;
import switchd.daemon.lab.Await;
import switchd.daemon.lab.Frames;
import switchd.linux.NativeLinux;
import switchd.posix.PosixConstants;
import switchd.posix.SocketBuffers;
import switchd.posix.UnixAddress;

/// A VM that sends as fast as it can, or is sent frames as fast as the LAN's host can: by its port
/// or, for comparison, by a socket that a thread beside it drains: what it costs the machine is the
/// same then, but the daemon has no part in it.
@SuppressWarnings("NonAtomicVolatileUpdate") // one thread alone writes
final class BadVm implements Neighbour {
    private static final int LONGEST = 1 << 17;
    private static final long PAUSE = 100_000;
    private static final AtomicInteger COUNTER = new AtomicInteger();

    private final Arena arena = Arena.ofShared();
    private final List<Thread> threads = new ArrayList<>();
    private final List<byte[]> frames;
    private final NativeLinux linux = new NativeLinux(arena);
    private final @Nullable RawSocket lan;
    private final int toPort;
    private final int toDrain;
    private final int drain;
    private volatile boolean ended;
    private volatile boolean bad;

    /// Frames on their way through its port so far.
    private volatile long sent;

    private BadVm(Path port, String mac, List<byte[]> frames, @Nullable RawSocket lan)
            throws SwitchdException {
        this.frames = frames;
        this.lan = lan;
        MemorySegment pair = arena.allocate(JAVA_INT, 2);
        assertThat(linux.socketpair(PosixConstants.AF_UNIX, PosixConstants.SOCK_DGRAM, 0, pair))
                .isZero();
        toDrain = pair.getAtIndex(JAVA_INT, 0);
        drain = pair.getAtIndex(JAVA_INT, 1);
        SocketBuffers.send(linux, toDrain, 1 << 20);
        toPort = attach(port, mac);
    }

    /// It sends `frames` in turn, not to the port yet.
    static BadVm flooding(Path port, String mac, List<byte[]> frames) throws SwitchdException {
        return new BadVm(port, mac, frames, null).start(false);
    }

    /// The LAN's host sends it `frame` again and again, not to its NIC yet.
    ///
    /// @param lan the host's NIC
    /// @param reads whether the VM takes them
    static BadVm flooded(Path port, String mac, byte[] frame, RawSocket lan, boolean reads)
            throws SwitchdException {
        return new BadVm(port, mac, List.of(frame), lan).start(reads);
    }

    private BadVm start(boolean reads) {
        threads.add(Thread.ofPlatform().name("flood").start(this::flood));
        threads.add(Thread.ofPlatform().name("drain").start(this::drain));
        if (reads) {
            threads.add(Thread.ofPlatform().name("read").start(this::read));
        }
        return this;
    }

    /// As vfkit does; what it then sends tells the bridge where it is.
    private int attach(Path port, String mac) throws SwitchdException {
        int fd = linux.socket(PosixConstants.AF_UNIX, PosixConstants.SOCK_DGRAM, 0);
        UnixAddress own =
                UnixAddress.of(
                        arena, port.resolveSibling("bad-" + COUNTER.incrementAndGet()).toString());
        assertThat(linux.bind(fd, own.memory(), own.length())).isZero();
        UnixAddress server = UnixAddress.of(arena, port.toString());
        assertThat(linux.connect(fd, server.memory(), server.length())).isZero();
        SocketBuffers.send(linux, fd, 1 << 20);
        assertThat(linux.write(fd, arena.allocateFrom("VFKT"), 0, 4)).isEqualTo(4);
        byte[] hello = Frames.sized(Frames.BROADCAST, mac, 60);
        assertThat(linux.write(fd, arena.allocateFrom(JAVA_BYTE, hello), 0, 60)).isEqualTo(60);
        return fd;
    }

    private void drain() {
        try (Arena own = Arena.ofConfined()) {
            MemorySegment buffer = own.allocate(LONGEST);
            while (linux.read(drain, buffer, 0, LONGEST) > 1) {
                // the next one
            }
        }
    }

    private void read() {
        try (Arena own = Arena.ofConfined()) {
            MemorySegment buffer = own.allocate(LONGEST);
            while (!ended) {
                if (linux.recvfrom(toPort, buffer, LONGEST, PosixConstants.MSG_DONTWAIT) < 0) {
                    LockSupport.parkNanos(PAUSE);
                }
            }
        }
    }

    private void flood() {
        try (Arena own = Arena.ofConfined()) {
            MemorySegment buffer = own.allocate(LONGEST);
            for (int i = 0; !ended; i = (i + 1) % frames.size()) {
                byte[] frame = frames.get(i);
                if (bad && lan != null) {
                    lan.send(frame);
                } else {
                    MemorySegment.copy(frame, 0, buffer, JAVA_BYTE, 0, frame.length);
                    linux.write(bad ? toPort : toDrain, buffer, 0, frame.length);
                }
                if (bad) {
                    sent = sent + 1;
                }
            }
        }
    }

    @Override
    public void bad(boolean isBad) {
        bad = isBad;
        if (isBad) {
            long before = sent;
            Await.until("a flood", Await.SHORT, () -> sent > before + 1000);
        }
    }

    @Override
    public long done() {
        return sent;
    }

    @Override
    public void close() {
        ended = true;
        try {
            threads.get(0).join();
            linux.write(toDrain, arena.allocate(JAVA_BYTE), 0, 1);
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        linux.close(toPort);
        linux.close(toDrain);
        linux.close(drain);
        arena.close();
    }
}
