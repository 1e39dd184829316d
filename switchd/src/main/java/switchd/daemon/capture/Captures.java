package switchd.daemon.capture;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import switchd.core.EventLoop;
import switchd.core.HostException;
import switchd.core.Kernel;
import switchd.core.Port;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.core.Undo;
import switchd.darwin.DarwinConstants;
import switchd.posix.Fd;
import switchd.posix.Posix;
import switchd.posix.PosixConstants;
import switchd.posix.SocketBuffers;
import switchd.posix.SocketPair;

/// The captures of a daemon: a few at a time, each with bounded memory. Where there is none, ports
/// are not tapped.
///
/// Used by the loop's thread alone.
public final class Captures implements AutoCloseable {
    /// At one port.
    public static final int MOST_PER_PORT = 4;

    /// At all ports together.
    public static final int MOST = 16;

    /// What the kernel is asked to hold for a client.
    private static final int SOCKET_BYTES = 1 << 20;

    private final Posix posix;
    private final EventLoop loop;
    private final EpochClock clock;
    private final Map<Port, PortTap> taps = new HashMap<>();
    private int running;

    /// @param nanos as `System::nanoTime`
    public Captures(Posix posix, EventLoop loop, LongSupplier nanos) {
        this.posix = posix;
        this.loop = loop;
        this.clock = new EpochClock(nanos, Instant::now);
    }

    /// Starts a capture of `port`.
    ///
    /// @return the client's end of a stream of [CaptureRecord]s, close-on-exec; the capture ends
    ///   when it has been closed everywhere, or with the port
    /// @throws HostException where there are too many captures
    /// @throws SyscallException where the kernel gives no sockets
    public Fd open(Port port, CaptureRequest request) throws SwitchdException {
        PortTap tap = taps.computeIfAbsent(port, PortTap::new);
        if (tap.size() >= MOST_PER_PORT) {
            throw tooMany(MOST_PER_PORT, "at port " + port.name());
        }
        if (running >= MOST) {
            throw tooMany(MOST, "at all ports");
        }
        try (Undo undo = new Undo()) {
            SocketPair pair = pair(undo);
            CaptureStream[] self = new CaptureStream[1];
            CaptureStream stream =
                    CaptureStream.open(
                            posix, pair.near(), loop, clock, request, () -> ended(tap, self[0]));
            self[0] = stream;
            tap.add(stream);
            running++;
            undo.keep();
            return pair.far();
        }
    }

    private static HostException tooMany(int most, String where) {
        return new HostException(
                "capture: %d captures run %s, no more are allowed: end one of them"
                        .formatted(most, where));
    }

    private void ended(PortTap tap, CaptureStream stream) {
        tap.remove(stream);
        running--;
    }

    private SocketPair pair(Undo undo) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            SocketPair pair = SocketPair.ofStreams(posix);
            undo.push(pair::close);
            Fd own = pair.near();
            int flags = posix.fcntl(own.number(), PosixConstants.F_GETFL, 0);
            SyscallException.check("fcntl(F_GETFL)", flags);
            SyscallException.check(
                    "fcntl(F_SETFL, O_NONBLOCK)",
                    posix.fcntl(
                            own.number(),
                            PosixConstants.F_SETFL,
                            flags | PosixConstants.O_NONBLOCK));
            SocketBuffers.send(posix, own.number(), SOCKET_BYTES);
            if (Kernel.current() == Kernel.DARWIN) {
                // Linux: the JVM takes the signal.
                MemorySegment on = arena.allocateFrom(JAVA_INT, 1);
                SyscallException.check(
                        "setsockopt(SO_NOSIGPIPE)",
                        posix.setsockopt(
                                own.number(),
                                PosixConstants.SOL_SOCKET,
                                DarwinConstants.SO_NOSIGPIPE,
                                on,
                                Integer.BYTES));
                SocketBuffers.receive(posix, pair.far().number(), SOCKET_BYTES);
            }
            return pair;
        }
    }

    /// Ends the captures of a port that goes.
    public void end(Port port) {
        PortTap tap = taps.remove(port);
        if (tap != null) {
            tap.close();
        }
    }

    /// Ends all.
    @Override
    public void close() {
        for (PortTap tap : taps.values()) {
            tap.close();
        }
        taps.clear();
    }
}
