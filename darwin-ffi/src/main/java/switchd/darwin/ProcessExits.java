package switchd.darwin;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static switchd.darwin.DarwinConstants.EVFILT_PROC;
import static switchd.darwin.DarwinConstants.EV_ADD;
import static switchd.darwin.DarwinConstants.EV_DELETE;
import static switchd.darwin.DarwinConstants.EV_RECEIPT;
import static switchd.darwin.DarwinConstants.NOTE_EXIT;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import switchd.core.Errno;
import switchd.core.EventHandler;
import switchd.core.SyscallException;
import switchd.posix.Fd;
import switchd.posix.PeerWatch;

/// Tells when a process has ended that was at the far end of a socket: a kqueue of its own, to be
/// watched by an event loop.
///
/// The kernel names the process that used the far end last (`LOCAL_PEERPID`). Others may hold it as
/// well, as Virtualization.framework's do, so that its end is a hint and no more. Where there is no
/// such process, or it may not be watched, nothing is ever told.
///
/// Used by the loop's thread alone.
public final class ProcessExits implements EventHandler, AutoCloseable {
    private static final Logger LOG = System.getLogger(ProcessExits.class.getName());

    private static final int BATCH = 16;

    private final Darwin darwin;
    private final Fd kqueue;
    private final MemorySegment events;
    private final MemorySegment change;
    private final MemorySegment noWait;
    private final Map<Integer, List<Waiting>> waiting = new HashMap<>();

    private ProcessExits(Darwin darwin, Arena arena, Fd kqueue) {
        this.darwin = darwin;
        this.kqueue = kqueue;
        events = arena.allocate(Structs.KEVENT64_S, BATCH);
        change = arena.allocate(Structs.KEVENT64_S);
        noWait = arena.allocate(Structs.TIMESPEC);
    }

    /// @param arena of the loop's thread; must outlive the result
    /// @throws SyscallException where the kernel gives no kqueue: EMFILE, ENFILE, ENOMEM
    public static ProcessExits open(Darwin darwin, Arena arena) throws SyscallException {
        int number = darwin.kqueue();
        SyscallException.check("kqueue()", number);
        return new ProcessExits(darwin, arena, new Fd(darwin, number));
    }

    /// The descriptor to watch: a kqueue is readable while it holds events.
    public int fd() {
        return kqueue.number();
    }

    /// See [switchd.posix.PosixHost#watchPeer].
    public PeerWatch watch(int socket, Runnable ended) {
        int pid = peer(socket);
        if (pid <= 0 || !isWatched(pid)) {
            return () -> {};
        }
        Waiting entry = new Waiting(pid, ended);
        waiting.computeIfAbsent(pid, _ -> new ArrayList<>()).add(entry);
        return entry;
    }

    private int peer(int socket) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pid = arena.allocate(JAVA_INT);
            MemorySegment length = arena.allocateFrom(JAVA_INT, Integer.BYTES);
            int result =
                    darwin.getsockopt(
                            socket,
                            DarwinConstants.SOL_LOCAL,
                            DarwinConstants.LOCAL_PEERPID,
                            pid,
                            length);
            return result < 0 ? 0 : pid.get(JAVA_INT, 0);
        }
    }

    private boolean isWatched(int pid) {
        return waiting.containsKey(pid) || submit(pid, EV_ADD) >= 0;
    }

    private int submit(int pid, int action) {
        Kevent.set(change, 0, pid, EVFILT_PROC, action | EV_RECEIPT, NOTE_EXIT, pid);
        int result = darwin.kevent64(fd(), change, 1, change, 1, 0, noWait);
        return result < 0 ? result : Kevent.result(change, 0);
    }

    /// Somebody who waits for the end of a process.
    private final class Waiting implements PeerWatch {
        private final int pid;
        private final Runnable ended;
        private boolean closed;

        Waiting(int pid, Runnable ended) {
            this.pid = pid;
            this.ended = ended;
        }

        void tell() {
            if (!closed) {
                closed = true;
                ended.run();
            }
        }

        @Override
        public void close() {
            closed = true;
            List<Waiting> all = waiting.get(pid);
            if (all != null && all.remove(this) && all.isEmpty()) {
                waiting.remove(pid);
                submit(pid, EV_DELETE);
            }
        }
    }

    @Override
    public void ready(boolean readable, boolean writable) throws SyscallException {
        int count = darwin.kevent64(fd(), MemorySegment.NULL, 0, events, BATCH, 0, noWait);
        if (Errno.EINTR.is(count)) {
            return;
        }
        SyscallException.check("kevent64(EVFILT_PROC)", count);
        for (int i = 0; i < count; i++) {
            // The kernel has ended the registration.
            List<Waiting> ended = waiting.remove((int) Kevent.ident(events, i));
            if (ended != null) {
                ended.forEach(Waiting::tell);
            }
        }
    }

    @Override
    public void failed(Exception cause) {
        LOG.log(Level.DEBUG, "the ends of processes are not told any more", cause);
    }

    /// Closes the descriptor; its watch must have ended. Closing twice is no error.
    @Override
    public void close() {
        waiting.clear();
        kqueue.close();
    }
}
