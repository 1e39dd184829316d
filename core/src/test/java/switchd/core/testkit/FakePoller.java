package switchd.core.testkit;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Semaphore;
import switchd.core.Errno;
import switchd.core.EventLoop;
import switchd.core.Poller;
import switchd.core.SyscallException;

/// A poller whose events and time come from the test.
///
/// An event is told with [#readable], [#writable] and waits, as a kernel's would, until the loop is
/// interested in it; or it is read off a [FakeLink] with [#follow]. The order of events is that of
/// registration. Time stands still but for [#advance]; a wait with nothing to tell ends at once,
/// unless [#blocking()] says otherwise. Waiting allocates nothing.
public final class FakePoller implements Poller {
    private final FakeReadiness readiness = new FakeReadiness();
    private final FakeFailures watchFailures = new FakeFailures();
    private final FakeFailures changeFailures = new FakeFailures();
    private final FakeFailures awaitFailures = new FakeFailures();
    private final Deque<Runnable> steps = new ArrayDeque<>();
    private final Semaphore wakeups = new Semaphore(0);
    private Runnable onWakeup = () -> {};
    private long nanos;
    private long patience;
    private boolean blocking;
    private volatile boolean closed;
    private volatile boolean wokenAfterClose;

    /// The clock to give to an [EventLoop], in nanoseconds.
    public long nanos() {
        return nanos;
    }

    /// Lets time pass.
    public void advance(long byNanos) {
        nanos += byNanos;
    }

    /// Tells that `fd`, which must be registered, has something to read.
    public void readable(int fd) {
        readiness.get(fd).tell(true, false);
    }

    /// Tells that `fd`, which must be registered, has room.
    public void writable(int fd) {
        readiness.get(fd).tell(false, true);
    }

    /// Has `link` itself say whether it is readable and writable, as a level-triggered kernel does.
    public void follow(FakeLink link) {
        readiness.follow(link);
    }

    /// Has a wait with nothing to tell block until [#wakeup()]: for tests with threads.
    public void blocking() {
        blocking = true;
    }

    /// Does `work` at every wake-up, on the thread that wakes, before the wake-up is done.
    public void onWakeup(Runnable work) {
        onWakeup = work;
    }

    /// Runs `loop` on this thread: whenever nothing is ready, the next step is done; after the last
    /// one the loop is stopped. The loop and this poller cannot be used again.
    public void run(EventLoop loop, Runnable... work) {
        steps.addAll(List.of(work));
        steps.add(loop::stop);
        loop.run();
    }

    /// Has the next registration fail.
    public void failNextWatch(SyscallException failure) {
        watchFailures.add(failure);
    }

    /// Has the next change of a registration fail.
    public void failNextChange(SyscallException failure) {
        changeFailures.add(failure);
    }

    /// Has the next wait fail.
    public void failNextAwait(SyscallException failure) {
        awaitFailures.add(failure);
    }

    /// How long the last wait was willing to take, in nanoseconds; negative for ever.
    public long patience() {
        return patience;
    }

    /// The number of registered descriptors.
    public int registered() {
        return readiness.registered();
    }

    /// True where `fd` is registered, and watched for something to read.
    public boolean wantsReadable(int fd) {
        FakeRegistration found = readiness.find(fd);
        return found != null && found.wantsReadable;
    }

    /// True where `fd` is registered, and watched for room.
    public boolean wantsWritable(int fd) {
        FakeRegistration found = readiness.find(fd);
        return found != null && found.wantsWritable;
    }

    /// True once it was closed.
    public boolean isClosed() {
        return closed;
    }

    /// True where a wake-up came after the closing: on a kernel, a write to somebody else's
    /// descriptor.
    public boolean wokenAfterClose() {
        return wokenAfterClose;
    }

    @Override
    public void watch(int fd, long token, boolean wantReadable, boolean wantWritable)
            throws SyscallException {
        watchFailures.throwNext();
        if (readiness.find(fd) != null) {
            throw new SyscallException("watch(" + fd + ")", Errno.EEXIST.number());
        }
        FakeRegistration added = new FakeRegistration(fd, token);
        added.want(wantReadable, wantWritable);
        readiness.add(added);
    }

    @Override
    public void change(int fd, long token, boolean wantReadable, boolean wantWritable)
            throws SyscallException {
        changeFailures.throwNext();
        FakeRegistration found = readiness.find(fd);
        if (found == null || found.token != token) {
            throw new SyscallException("change(" + fd + ")", Errno.ENOENT.number());
        }
        found.want(wantReadable, wantWritable);
    }

    @Override
    public void unwatch(int fd) {
        readiness.remove(fd);
    }

    @Override
    public int await(long maxNanos) throws SyscallException {
        awaitFailures.throwNext();
        if (closed) {
            throw new IllegalStateException("a wait on a closed poller");
        }
        patience = maxNanos;
        boolean woken = wakeups.drainPermits() > 0;
        int events = readiness.collect();
        Runnable step = events == 0 && !woken && maxNanos != 0 ? steps.poll() : null;
        if (step != null) {
            step.run();
            return readiness.collect();
        }
        if (events == 0 && !woken && blocking && maxNanos != 0) {
            wakeups.acquireUninterruptibly();
        }
        return events;
    }

    @Override
    public long token(int i) {
        return readiness.token(i);
    }

    @Override
    public boolean isReadable(int i) {
        return readiness.isReadable(i);
    }

    @Override
    public boolean isWritable(int i) {
        return readiness.isWritable(i);
    }

    @Override
    public void wakeup() {
        onWakeup.run();
        wokenAfterClose |= closed;
        wakeups.release();
    }

    @Override
    public void close() {
        closed = true;
    }
}
