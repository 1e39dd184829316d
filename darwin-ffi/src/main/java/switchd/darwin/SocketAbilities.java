package switchd.darwin;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static switchd.darwin.DarwinConstants.EVFILT_WRITE;
import static switchd.darwin.DarwinConstants.EV_ADD;
import static switchd.darwin.DarwinConstants.EV_RECEIPT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import switchd.core.FrameBatch;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.core.Undo;
import switchd.posix.DatagramIo;
import switchd.posix.Fd;
import switchd.posix.PosixConstants;
import switchd.posix.RoomSignal;
import switchd.posix.SingleMessageIo;
import switchd.posix.SocketBuffers;

/// What this kernel's unix datagram sockets can do, found out by trying it on a pair of them: no
/// version number tells it. What cannot be tried is taken for absent.
///
/// @param receivesMany `recvmsg_x` is there and does what it should
/// @param sendsMany `sendmsg_x` is there, and counts right when its receiver is full: up to macOS
///   13 it counts the datagram that found no room, too
/// @param tellsRoom a kqueue reports a connected socket writable only while its peer has room, and
///   reports it when the peer has made some: up to macOS 12 it is always writable, on 13 and 14
///   nobody wakes who waits
public record SocketAbilities(boolean receivesMany, boolean sendsMany, boolean tellsRoom) {
    private static final int QUEUE_BYTES = 8192;
    private static final int DATAGRAM_BYTES = 512;

    /// Far more than the queue takes.
    private static final int BURST = 64;

    private static final long PATIENCE_NANOS = 10_000_000;

    /// Which sockets tell the poller that their peer has room.
    public RoomSignal roomSignal() {
        return tellsRoom ? RoomSignal.MUTUAL : RoomSignal.NONE;
    }

    /// Tries this kernel.
    public static SocketAbilities probe(Darwin darwin) {
        boolean receives = succeeds(darwin, Trial::receivesMany);
        return new SocketAbilities(
                receives,
                receives && succeeds(darwin, Trial::sendsMany),
                succeeds(darwin, Trial::tellsRoom));
    }

    @FunctionalInterface
    private interface Question {
        boolean holds(Trial trial) throws SwitchdException;
    }

    private static boolean succeeds(Darwin darwin, Question question) {
        try (Arena arena = Arena.ofConfined();
                Undo undo = new Undo()) {
            return question.holds(new Trial(darwin, arena, undo));
        } catch (SwitchdException _) {
            return false;
        }
    }

    /// A fresh pair of sockets, and datagrams for them.
    private static final class Trial {
        private final Darwin darwin;
        private final Arena arena;
        private final Undo undo;
        private final DatagramIo many;
        private final DatagramIo single;
        private final FrameBatch datagrams;
        private final int near;
        private final int far;

        Trial(Darwin darwin, Arena arena, Undo undo) throws SyscallException {
            this.darwin = darwin;
            this.arena = arena;
            this.undo = undo;
            many = new MessageXIo(darwin, arena, slots(arena), null);
            single = new SingleMessageIo(darwin, arena, slots(arena));
            datagrams = slots(arena);
            MemorySegment pair = arena.allocate(JAVA_INT, 2);
            int made =
                    darwin.socketpair(PosixConstants.AF_UNIX, PosixConstants.SOCK_DGRAM, 0, pair);
            SyscallException.check("socketpair(AF_UNIX, SOCK_DGRAM)", made);
            near = own(pair.getAtIndex(JAVA_INT, 0));
            far = own(pair.getAtIndex(JAVA_INT, 1));
            SocketBuffers.receive(darwin, far, QUEUE_BYTES);
        }

        private static FrameBatch slots(Arena arena) {
            return FrameBatch.slots(arena, BURST, DATAGRAM_BYTES);
        }

        private int own(int number) {
            Fd fd = new Fd(darwin, number);
            undo.push(fd::close);
            return number;
        }

        boolean receivesMany() {
            add(2);
            return single.send(near, datagrams, 0) == 2
                    && many.receive(far) == 2
                    && many.slots().length(0) == DATAGRAM_BYTES
                    && many.slots().length(1) == DATAGRAM_BYTES
                    && many.receive(far) == 0;
        }

        boolean sendsMany() {
            add(BURST);
            int sent = many.send(near, datagrams, 0);
            return sent > 0 && sent < BURST && drain() == sent;
        }

        boolean tellsRoom() throws SyscallException {
            int kqueue = darwin.kqueue();
            SyscallException.check("kqueue()", kqueue);
            own(kqueue);
            MemorySegment event = arena.allocate(Structs.KEVENT64_S);
            MemorySegment timeout = arena.allocate(Structs.TIMESPEC);
            Kevent.set(event, 0, near, EVFILT_WRITE, EV_ADD | EV_RECEIPT, 0, 0);
            int added = darwin.kevent64(kqueue, event, 1, event, 1, 0, timeout);
            if (added < 0 || Kevent.result(event, 0) < 0) {
                return false;
            }
            add(BURST);
            boolean overflows = single.send(near, datagrams, 0) < BURST;
            boolean isTold = happens(kqueue, event, timeout);
            drain();
            Kevent.timeout(timeout, PATIENCE_NANOS);
            return overflows && !isTold && happens(kqueue, event, timeout);
        }

        private boolean happens(int kqueue, MemorySegment event, MemorySegment timeout) {
            return darwin.kevent64(kqueue, MemorySegment.NULL, 0, event, 1, 0, timeout) > 0;
        }

        private void add(int count) {
            for (int i = 0; i < count; i++) {
                datagrams.add(datagrams.slot(i), DATAGRAM_BYTES);
            }
        }

        /// Datagrams that had come to the far end.
        private int drain() {
            int all = 0;
            for (int got = single.receive(far); got > 0; got = single.receive(far)) {
                all += got;
            }
            return all;
        }
    }
}
