package switchd.core;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// One thread that waits for descriptors and times, and does what is due.
///
/// All networks and ports of a loop, their memory included, belong to the thread that runs it.
/// Other threads come in by [#call], [#execute] and [#stop] only; what they ask for is done at the
/// end of a turn. The time is read once a turn.
///
/// A watch has a token of slot and generation. A slot is used again after its watch has ended, with
/// the next generation, so that a stale event finds nobody.
public final class EventLoop implements Runnable {
    private static final Logger LOG = System.getLogger(EventLoop.class.getName());

    private final Poller poller;
    private final LongSupplier clock;
    private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean wakeupSent = new AtomicBoolean();
    private final AtomicInteger wakers = new AtomicInteger();
    private final PriorityQueue<LoopTimer> timers = new PriorityQueue<>();
    private final List<@Nullable Watch> watches = new ArrayList<>();
    private final List<Integer> freeSlots = new ArrayList<>();
    private final FairShare share = new FairShare();
    private long generation;
    private long now;
    private boolean running = true;
    private volatile boolean stopping;
    private volatile boolean ended;
    private volatile long longestTurn;
    private boolean measuresAnew;

    /// @param poller closed by the loop at its end
    /// @param clock nanoseconds, as `System::nanoTime`
    public EventLoop(Poller poller, LongSupplier clock) {
        this.poller = poller;
        this.clock = clock;
        this.now = clock.getAsLong();
    }

    /// Works until [#stop()]; the poller is closed then.
    @Override
    public void run() {
        try {
            while (running) {
                turn();
            }
        } catch (SyscallException e) {
            LOG.log(Level.ERROR, "the event loop ends: " + e.getMessage(), e);
        } finally {
            end();
        }
    }

    private void end() {
        ended = true;
        while (!commands.isEmpty()) {
            runCommands(); // what they ask for in turn as well
        }
        // Whoever is in the middle of a wake-up would write to a closed descriptor, or to the next
        // owner of its number. From here on nobody starts another one.
        while (wakers.get() > 0) {
            Thread.onSpinWait();
        }
        poller.close();
    }

    /// Watches a descriptor for frames or whatever else it has to read. On the loop's thread.
    ///
    /// @throws SyscallException where the kernel cannot watch it
    public Watch watch(int fd, EventHandler handler) throws SyscallException {
        int slot = freeSlots.isEmpty() ? watches.size() : freeSlots.removeLast();
        generation = generation + 1 & Integer.MAX_VALUE;
        Watch watch = new Watch(this, fd, handler, generation << 32 | slot);
        if (slot == watches.size()) {
            watches.add(null);
        }
        try {
            poller.watch(fd, watch.token(), true, false);
        } catch (SyscallException e) {
            freeSlots.add(slot);
            throw e;
        }
        watches.set(slot, watch);
        return watch;
    }

    /// A timer that does `work` on the loop's thread when it is set and its time has come.
    public LoopTimer timer(Runnable work) {
        return new LoopTimer(this, work);
    }

    /// The time of this turn, in the clock's nanoseconds. On the loop's thread.
    public long now() {
        return now;
    }

    /// The time at this moment, the turn's work so far included. On the loop's thread.
    public long time() {
        return clock.getAsLong();
    }

    /// The longest time that the work of one turn has taken, in nanoseconds. From any thread.
    public long longestTurn() {
        return longestTurn;
    }

    /// Has [#longestTurn()] count from the next turn on only. On the loop's thread.
    public void measureAnew() {
        measuresAnew = true;
    }

    /// Has `work` done on the loop's thread at the end of a turn. From any thread.
    ///
    /// @throws RejectedExecutionException where the loop has ended
    public void execute(Runnable work) {
        commands.add(work);
        if (ended && commands.remove(work)) {
            throw new RejectedExecutionException("the event loop has ended");
        }
        if (wakeupSent.compareAndSet(false, true)) {
            wake();
        }
    }

    private void wake() {
        wakers.incrementAndGet();
        try {
            if (!ended) {
                poller.wakeup();
            }
        } finally {
            wakers.decrementAndGet();
        }
    }

    /// As [#execute], with an answer; whatever `work` throws is the answer too, errors included.
    public <T extends @Nullable Object> CompletableFuture<T> call(Callable<T> work) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        execute(() -> {
            try {
                answer.complete(work.call());
            } catch (Throwable e) {
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }

    /// Ends the loop after this turn. From any thread; more than once is no error.
    public void stop() {
        stopping = true;
        if (!ended) {
            try {
                execute(() -> running = false);
            } catch (RejectedExecutionException _) {
                // It has ended in between, which is what was asked for.
            }
        }
    }

    /// True from [#stop()] on: work that takes long should be broken off. From any thread.
    public boolean isStopping() {
        return stopping;
    }

    /// One turn: wait, serve what is ready, then what is due, then what others asked for.
    void turn() throws SyscallException {
        long before = clock.getAsLong();
        if (measuresAnew) {
            measuresAnew = false;
            longestTurn = 0;
        } else if (before - now > longestTurn) {
            longestTurn = before - now;
        }
        int ready = poller.await(patience(before));
        now = clock.getAsLong();
        for (int i = 0; i < ready; i++) {
            dispatch(i);
        }
        runTimers();
        // Before the queue is emptied: what comes in after that sends a wake-up of its own.
        wakeupSent.set(false);
        runCommands();
    }

    private long patience(long before) {
        if (!commands.isEmpty()) {
            return 0;
        }
        LoopTimer next = timers.peek();
        return next == null ? -1 : Math.max(0, next.remaining(before));
    }

    private void dispatch(int event) {
        long token = poller.token(event);
        Watch watch = watches.get((int) token);
        if (watch == null || watch.token() != token) {
            return; // ended earlier in this turn
        }
        try {
            watch.handler().ready(poller.isReadable(event), poller.isWritable(event));
        } catch (SwitchdException | RuntimeException e) {
            watch.close();
            guarded(() -> watch.handler().failed(e));
        }
    }

    private void runTimers() {
        // No more than there are now: one that sets itself again at once waits for the next turn.
        for (int left = timers.size(); left > 0; left--) {
            LoopTimer next = timers.peek();
            if (next == null || next.remaining(now) > 0) {
                return;
            }
            timers.poll();
            guarded(next::fire);
        }
    }

    private void runCommands() {
        // As with timers: who asks on and on does not keep frames and times waiting.
        for (int left = commands.size(); left > 0; left--) {
            Runnable command = commands.poll();
            if (command == null) {
                return; // taken back by the thread that asked, as the loop has ended
            }
            guarded(command);
        }
    }

    private static void guarded(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "a task of the event loop failed", e);
        }
    }

    FairShare share() {
        return share;
    }

    Poller poller() {
        return poller;
    }

    PriorityQueue<LoopTimer> timers() {
        return timers;
    }

    void release(Watch watch) {
        int slot = (int) watch.token();
        watches.set(slot, null);
        freeSlots.add(slot);
    }
}
