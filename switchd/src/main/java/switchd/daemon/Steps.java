package switchd.daemon;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import switchd.core.EventLoop;
import switchd.core.LoopTimer;
import switchd.core.SwitchdException;
import switchd.core.Undo;

/// Work that is done in steps, one a turn of the loop, so that frames pass in between. Where a step
/// fails, those that were done are taken back, last first, one a turn as well.
///
/// Used by the loop's thread alone, but for the future.
final class Steps {
    /// Frames have the loop for as long as a step took, up to this.
    private static final long LONGEST_PAUSE = 50_000_000;

    private final Deque<Undo.Step> todo = new ArrayDeque<>();
    private final Deque<Undo.Step> back = new ArrayDeque<>();
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final LoopTimer timer;
    private final Runnable progress;
    private @Nullable Exception failure;

    /// @param progress is told after each step; must not block
    Steps(EventLoop loop, Runnable progress) {
        this.timer = loop.timer(this::next);
        this.progress = progress;
    }

    /// Adds a step to those that are to be done.
    void add(Undo.Step step) {
        todo.add(step);
    }

    /// Says how the step that is under way is taken back.
    void undo(Undo.Step step) {
        back.push(step);
    }

    /// Begins with the first step in the next turn.
    ///
    /// @return completed, by the loop's thread, when all steps are done; exceptionally when they
    ///   are taken back, with what failed, and what could not be taken back suppressed in it
    CompletableFuture<Void> begin() {
        timer.set(0);
        return done;
    }

    private void next() {
        Undo.Step step = todo.poll();
        if (step == null) {
            finish();
            return;
        }
        long before = System.nanoTime();
        try {
            step.run();
        } catch (SwitchdException | RuntimeException e) {
            failed(e);
        }
        progress.run();
        long took = System.nanoTime() - before;
        // A timer counts from the beginning of the turn.
        timer.set(took + Math.min(took, LONGEST_PAUSE));
    }

    private void failed(Exception e) {
        if (failure == null) {
            failure = e;
            todo.clear();
            todo.addAll(back);
        } else {
            failure.addSuppressed(e);
        }
    }

    private void finish() {
        if (failure == null) {
            done.complete(null);
        } else {
            done.completeExceptionally(failure);
        }
    }

    /// Leaves everything as it is now, for the end of the daemon.
    ///
    /// @param why it was not done
    void abandon(SwitchdException why) {
        timer.cancel();
        todo.clear();
        done.completeExceptionally(why);
    }
}
