package switchd.daemon;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntSupplier;
import switchd.core.EventLoop;
import switchd.core.HostException;
import switchd.core.SwitchdException;
import switchd.posix.PosixHost;

/// A thread that owns a host, its poller, an event loop and all memory they use.
public final class LoopThread {
    private static final Logger LOG = System.getLogger(LoopThread.class.getName());
    private static final long ANSWER_MILLIS = 5_000;

    private final Thread thread;
    private final HostOpener opener;
    private final CompletableFuture<Context> context = new CompletableFuture<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    /// Also where the loop has failed: files must not stay behind.
    private volatile Runnable last = () -> {};

    private LoopThread(String name, HostOpener opener) {
        this.opener = opener;
        thread = Thread.ofPlatform().name(name).unstarted(this::run);
    }

    /// Opens the host for the thread that calls it.
    @FunctionalInterface
    public interface HostOpener {
        /// @param arena of that thread
        /// @throws SwitchdException where it cannot be had
        PosixHost open(Arena arena) throws SwitchdException;
    }

    /// What lives on the thread.
    ///
    /// @param arena ends with the thread
    public record Context(PosixHost host, EventLoop loop, Arena arena) {}

    /// Starts a thread; its loop runs when this returns. On Linux it lives in the network namespace
    /// of the thread that calls this.
    ///
    /// @throws SwitchdException where the host cannot be had
    public static LoopThread start(String name, HostOpener opener) throws SwitchdException {
        LoopThread started = new LoopThread(name, opener);
        started.thread.start();
        answer(started.context);
        return started;
    }

    private void run() {
        try (Arena arena = Arena.ofConfined();
                PosixHost host = opener.open(arena)) {
            EventLoop loop = new EventLoop(host.openPoller(), System::nanoTime);
            host.start(loop);
            context.complete(new Context(host, loop, arena));
            try {
                loop.run();
            } finally {
                last.run();
            }
        } catch (SwitchdException | RuntimeException | Error e) {
            if (!context.completeExceptionally(e)) {
                LOG.log(Level.ERROR, thread.getName() + " has failed", e);
            }
        } finally {
            ended.complete(null);
        }
    }

    /// What lives on the thread.
    public Context context() {
        return context.join();
    }

    /// The loop that the thread runs.
    public EventLoop loop() {
        return context().loop();
    }

    /// Has `work` done by the thread once its loop has ended, for whatever reason.
    public void atEnd(Runnable work) {
        last = work;
    }

    /// Has a question answered by the thread.
    ///
    /// @throws SwitchdException as the question does
    public <T> T ask(Callable<T> question) throws SwitchdException {
        return answer(loop().call(question));
    }

    /// Ends the loop and waits for the thread, for a bounded time whatever hangs; also for a caller
    /// that was interrupted before.
    public void stop() {
        loop().stop();
        boolean interrupted = Thread.interrupted();
        try {
            thread.join(StopTime.LOOP_MILLIS);
        } catch (InterruptedException _) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// Waits until the thread has ended, by [#stop()] or by a failure.
    ///
    /// @throws InterruptedException where the waiting thread is interrupted
    public void awaitEnd() throws InterruptedException {
        thread.join();
    }

    /// Completed by the thread when it ends, for whatever reason.
    public CompletableFuture<Void> ended() {
        return ended.copy();
    }

    private static <T> T answer(CompletableFuture<T> future) throws SwitchdException {
        return answer(future, () -> 0);
    }

    /// Waits for what the loop's thread answers, for as long as it gets on with it.
    ///
    /// @param steps counts what was done of it so far; from any thread
    /// @throws SwitchdException as the answer is
    static <T> T answer(CompletableFuture<T> future, IntSupplier steps) throws SwitchdException {
        try {
            while (true) {
                int before = steps.getAsInt();
                try {
                    return future.get(ANSWER_MILLIS, TimeUnit.MILLISECONDS);
                } catch (TimeoutException e) {
                    if (steps.getAsInt() == before) {
                        throw new IllegalStateException("the loop does not answer", e);
                    }
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SwitchdException known) {
                throw known;
            }
            if (e.getCause() instanceof UnsatisfiedLinkError lacking) {
                throw new HostException(String.valueOf(lacking.getMessage()));
            }
            throw new IllegalStateException("the loop failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the loop worked", e);
        }
    }
}
