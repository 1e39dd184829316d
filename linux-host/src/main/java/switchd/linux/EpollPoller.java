package switchd.linux;

import static switchd.linux.LinuxConstants.EPOLLERR;
import static switchd.linux.LinuxConstants.EPOLLET;
import static switchd.linux.LinuxConstants.EPOLLHUP;
import static switchd.linux.LinuxConstants.EPOLLIN;
import static switchd.linux.LinuxConstants.EPOLLOUT;
import static switchd.linux.LinuxConstants.EPOLL_CTL_ADD;
import static switchd.linux.LinuxConstants.EPOLL_CTL_DEL;
import static switchd.linux.LinuxConstants.EPOLL_CTL_MOD;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import switchd.core.Errno;
import switchd.core.Poller;
import switchd.core.SyscallException;
import switchd.posix.Fd;

/// [Poller] on epoll, woken by an eventfd.
///
/// A descriptor that is watched for nothing is taken out of the epoll set and put back later: epoll
/// reports errors and hang-ups whether asked for or not, so that a silent descriptor with an error
/// would turn the loop into a spin. Waits are rounded up to milliseconds.
public final class EpollPoller implements Poller {
    /// Events that one wait brings; more are brought by the next.
    private static final int BATCH = 64;

    /// The wake-up's token; those of descriptors are not negative.
    private static final long WAKEUP = -1;

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Linux linux;
    private final Fd epoll;
    private final Fd wakeup;
    private final MemorySegment events;
    private final MemorySegment event;
    private final long[] tokens = new long[BATCH];
    private final int[] flags = new int[BATCH];
    private final BitSet silent = new BitSet();
    // A wake-up must not write to a descriptor that was closed, and perhaps opened anew.
    private final Object wakeupLock = new Object();
    private boolean closed;

    private EpollPoller(Linux linux, Arena arena, Fd epoll, Fd wakeup) {
        this.linux = linux;
        this.epoll = epoll;
        this.wakeup = wakeup;
        this.events = arena.allocate(EpollEvent.LAYOUT, BATCH);
        this.event = arena.allocate(EpollEvent.LAYOUT);
    }

    /// @param arena of the thread that waits; must outlive the poller
    /// @throws SyscallException where the kernel gives no descriptor: EMFILE, ENFILE
    public static EpollPoller open(Linux linux, Arena arena) throws SyscallException {
        int epoll = linux.epoll_create1(LinuxConstants.EPOLL_CLOEXEC);
        SyscallException.check("epoll_create1()", epoll);
        Fd epollFd = new Fd(linux, epoll);
        int wakeup = linux.eventfd(0, LinuxConstants.EFD_CLOEXEC | LinuxConstants.EFD_NONBLOCK);
        if (wakeup < 0) {
            epollFd.close();
            throw new SyscallException("eventfd()", wakeup);
        }
        EpollPoller poller = new EpollPoller(linux, arena, epollFd, new Fd(linux, wakeup));
        // Edge triggered: every write is told once and the counter need not be read.
        int added = poller.control(EPOLL_CTL_ADD, wakeup, EPOLLIN | EPOLLET, WAKEUP);
        if (added < 0) {
            poller.close();
            throw new SyscallException("epoll_ctl(ADD, eventfd)", added);
        }
        return poller;
    }

    @Override
    public void watch(int fd, long token, boolean readable, boolean writable)
            throws SyscallException {
        int wanted = wanted(readable, writable);
        check("ADD", fd, control(EPOLL_CTL_ADD, fd, wanted, token));
        if (wanted == 0) {
            change(fd, token, false, false);
        }
    }

    @Override
    public void change(int fd, long token, boolean readable, boolean writable)
            throws SyscallException {
        int wanted = wanted(readable, writable);
        if (silent.get(fd)) {
            if (wanted != 0) {
                check("ADD", fd, control(EPOLL_CTL_ADD, fd, wanted, token));
                silent.clear(fd);
            }
        } else if (wanted == 0) {
            check("DEL", fd, control(EPOLL_CTL_DEL, fd, 0, 0));
            silent.set(fd);
        } else {
            check("MOD", fd, control(EPOLL_CTL_MOD, fd, wanted, token));
        }
    }

    @Override
    public void unwatch(int fd) {
        if (closed) {
            return; // the kernel has ended all registrations with the descriptor
        }
        if (silent.get(fd)) {
            silent.clear(fd);
        } else {
            control(EPOLL_CTL_DEL, fd, 0, 0);
        }
    }

    @Override
    public int await(long nanos) throws SyscallException {
        int ready = linux.epoll_wait(epoll.number(), events, BATCH, milliseconds(nanos));
        if (Errno.EINTR.is(ready)) {
            return 0;
        }
        SyscallException.check("epoll_wait()", ready);
        int count = 0;
        for (int i = 0; i < ready; i++) {
            long token = EpollEvent.data(events, i);
            if (token != WAKEUP) {
                tokens[count] = token;
                flags[count] = EpollEvent.events(events, i);
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
        return (flags[i] & (EPOLLIN | EPOLLERR | EPOLLHUP)) != 0;
    }

    @Override
    public boolean isWritable(int i) {
        return (flags[i] & EPOLLOUT) != 0;
    }

    @Override
    public void wakeup() {
        synchronized (wakeupLock) {
            if (!closed) {
                linux.eventfd_write(wakeup.number(), 1);
            }
        }
    }

    @Override
    public void close() {
        synchronized (wakeupLock) {
            closed = true;
            wakeup.close();
        }
        epoll.close();
    }

    private int control(int operation, int fd, int wanted, long token) {
        EpollEvent.set(event, wanted, token);
        return linux.epoll_ctl(epoll.number(), operation, fd, event);
    }

    private static void check(String operation, int fd, int result) throws SyscallException {
        if (result < 0) {
            throw new SyscallException("epoll_ctl(" + operation + ", fd " + fd + ")", result);
        }
    }

    private static int wanted(boolean readable, boolean writable) {
        return (readable ? EPOLLIN : 0) | (writable ? EPOLLOUT : 0);
    }

    /// Rounded up: a wait that ends before a timer is due would be a spin.
    private static int milliseconds(long nanos) {
        if (nanos < 0) {
            return -1;
        }
        long whole = nanos / NANOS_PER_MILLI + (nanos % NANOS_PER_MILLI == 0 ? 0 : 1);
        return (int) Math.min(whole, Integer.MAX_VALUE);
    }
}
