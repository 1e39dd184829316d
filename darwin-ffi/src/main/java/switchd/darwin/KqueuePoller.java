package switchd.darwin;

import static switchd.darwin.DarwinConstants.EVFILT_READ;
import static switchd.darwin.DarwinConstants.EVFILT_USER;
import static switchd.darwin.DarwinConstants.EVFILT_WRITE;
import static switchd.darwin.DarwinConstants.EV_ADD;
import static switchd.darwin.DarwinConstants.EV_CLEAR;
import static switchd.darwin.DarwinConstants.EV_DELETE;
import static switchd.darwin.DarwinConstants.EV_EOF;
import static switchd.darwin.DarwinConstants.EV_ERROR;
import static switchd.darwin.DarwinConstants.EV_RECEIPT;
import static switchd.darwin.DarwinConstants.NOTE_TRIGGER;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import switchd.core.Errno;
import switchd.core.Poller;
import switchd.core.SyscallException;
import switchd.posix.Fd;

/// [Poller] on a kqueue, woken by an event of its own.
///
/// Reading and writing are two registrations with one token. What a descriptor is not watched for
/// is taken out of the kqueue, so that nothing is left there to fire, or to be mistaken for the
/// descriptor's next owner. What is ready for both comes as two events.
public final class KqueuePoller implements Poller {
    /// Events that one wait brings; more are brought by the next.
    private static final int BATCH = 64;

    /// The wake-up's token; those of descriptors are not negative.
    private static final long WAKEUP = -1;

    private final Darwin darwin;
    private final Fd kqueue;
    private final MemorySegment events;
    private final MemorySegment changes;
    private final MemorySegment receipts;
    private final MemorySegment timeout;
    private final MemorySegment noWait;
    private final MemorySegment trigger;
    private final long[] tokens = new long[BATCH];
    private final int[] filters = new int[BATCH];
    private final int[] flags = new int[BATCH];
    private final BitSet read = new BitSet();
    private final BitSet written = new BitSet();
    // A wake-up must not go to a descriptor that was closed, and perhaps opened anew.
    private final Object wakeupLock = new Object();
    private boolean closed;

    private KqueuePoller(Darwin darwin, Arena arena, Fd kqueue) {
        this.darwin = darwin;
        this.kqueue = kqueue;
        events = arena.allocate(Structs.KEVENT64_S, BATCH);
        changes = arena.allocate(Structs.KEVENT64_S, 2);
        receipts = arena.allocate(Structs.KEVENT64_S, 2);
        timeout = arena.allocate(Structs.TIMESPEC);
        noWait = arena.allocate(Structs.TIMESPEC);
        trigger = Arena.ofAuto().allocate(Structs.KEVENT64_S); // any thread reads it
        Kevent.set(trigger, 0, 0, EVFILT_USER, 0, NOTE_TRIGGER, WAKEUP);
    }

    /// @param arena of the thread that waits; must outlive the poller
    /// @throws SyscallException where the kernel gives no kqueue: EMFILE, ENFILE, ENOMEM
    public static KqueuePoller open(Darwin darwin, Arena arena) throws SyscallException {
        int number = darwin.kqueue();
        SyscallException.check("kqueue()", number);
        KqueuePoller poller = new KqueuePoller(darwin, arena, new Fd(darwin, number));
        Kevent.set(poller.changes, 0, 0, EVFILT_USER, EV_ADD | EV_CLEAR | EV_RECEIPT, 0, WAKEUP);
        int added = poller.receipt(poller.submit(1), 0);
        if (added < 0) {
            poller.close();
            throw new SyscallException("kevent64(EV_ADD, EVFILT_USER)", added);
        }
        return poller;
    }

    @Override
    public void watch(int fd, long token, boolean readable, boolean writable)
            throws SyscallException {
        try {
            change(fd, token, readable, writable);
        } catch (SyscallException e) {
            unwatch(fd);
            throw e;
        }
    }

    @Override
    public void change(int fd, long token, boolean readable, boolean writable)
            throws SyscallException {
        int count = 0;
        count += prepare(count, fd, EVFILT_READ, token, readable, read.get(fd));
        count += prepare(count, fd, EVFILT_WRITE, token, writable, written.get(fd));
        if (count == 0) {
            return;
        }
        int result = submit(count);
        int failed = -1;
        for (int i = 0; i < count; i++) {
            boolean added = isAdded(i);
            int receipt = receipt(result, i);
            if (receipt >= 0 || (!added && isForgotten(receipt))) {
                registered(Kevent.filter(changes, i)).set(fd, added);
            } else if (failed < 0) {
                failed = i;
            }
        }
        if (failed >= 0) {
            throw new SyscallException(describe(failed, fd), receipt(result, failed));
        }
    }

    /// Writes change `i`, if one is needed.
    ///
    /// @return the number of changes written
    private int prepare(int i, int fd, int filter, long token, boolean wanted, boolean registered) {
        if (!wanted && !registered) {
            return 0;
        }
        int action = wanted ? EV_ADD : EV_DELETE;
        Kevent.set(changes, i, fd, filter, action | EV_RECEIPT, 0, token);
        return 1;
    }

    /// True where change `i` adds; else it deletes.
    private boolean isAdded(int i) {
        return (Kevent.flags(changes, i) & EV_ADD) != 0;
    }

    private int receipt(int result, int i) {
        return result < 0 ? result : Kevent.result(receipts, i);
    }

    private BitSet registered(int filter) {
        return filter == EVFILT_READ ? read : written;
    }

    /// The kernel ends registrations when a descriptor is closed.
    private static boolean isForgotten(int result) {
        return Errno.ENOENT.is(result) || Errno.EBADF.is(result);
    }

    private String describe(int i, int fd) {
        String action = isAdded(i) ? "EV_ADD" : "EV_DELETE";
        String filter = Kevent.filter(changes, i) == EVFILT_READ ? "EVFILT_READ" : "EVFILT_WRITE";
        return "kevent64(" + action + ", " + filter + ", fd " + fd + ")";
    }

    /// Makes the first `count` changes; each leaves a receipt, and there is room for nothing else.
    private int submit(int count) {
        return darwin.kevent64(kqueue.number(), changes, count, receipts, count, 0, noWait);
    }

    @Override
    public void unwatch(int fd) {
        if (closed) {
            return; // the kernel has ended all registrations with the descriptor
        }
        int count = 0;
        count += prepare(count, fd, EVFILT_READ, 0, false, read.get(fd));
        count += prepare(count, fd, EVFILT_WRITE, 0, false, written.get(fd));
        if (count > 0) {
            submit(count);
            read.clear(fd);
            written.clear(fd);
        }
    }

    @Override
    public int await(long nanos) throws SyscallException {
        if (nanos >= 0) {
            Kevent.timeout(timeout, nanos);
        }
        MemorySegment patience = nanos < 0 ? MemorySegment.NULL : timeout;
        int ready =
                darwin.kevent64(kqueue.number(), MemorySegment.NULL, 0, events, BATCH, 0, patience);
        if (Errno.EINTR.is(ready)) {
            return 0;
        }
        SyscallException.check("kevent64()", ready);
        int count = 0;
        for (int i = 0; i < ready; i++) {
            long token = Kevent.udata(events, i);
            if (token != WAKEUP) {
                tokens[count] = token;
                filters[count] = Kevent.filter(events, i);
                flags[count] = Kevent.flags(events, i);
                count++;
            }
        }
        return count;
    }

    @Override
    public long token(int i) {
        return tokens[i];
    }

    @Override
    public boolean isReadable(int i) {
        return filters[i] == EVFILT_READ || (flags[i] & (EV_EOF | EV_ERROR)) != 0;
    }

    @Override
    public boolean isWritable(int i) {
        return filters[i] == EVFILT_WRITE;
    }

    @Override
    public void wakeup() {
        synchronized (wakeupLock) {
            if (!closed) {
                darwin.kevent64_trigger(kqueue.number(), trigger);
            }
        }
    }

    @Override
    public void close() {
        synchronized (wakeupLock) {
            closed = true;
            kqueue.close();
        }
    }
}
