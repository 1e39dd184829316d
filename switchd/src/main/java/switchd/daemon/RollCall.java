package switchd.daemon;

import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import switchd.core.EventLoop;

/// Has work done by the first loop's thread after all others have come by, one after the other: one
/// that hangs keeps it from being done.
final class RollCall {
    private final List<EventLoop> loops;
    private final Runnable work;

    /// Of the first loop's thread.
    private boolean underWay;

    /// @param loops the first one's thread does the work
    RollCall(List<EventLoop> loops, Runnable work) {
        this.loops = List.copyOf(loops);
        this.work = work;
    }

    /// Calls, unless the last call is under way still. On the first loop's thread.
    void begin() {
        if (loops.size() == 1) {
            work.run();
        } else if (!underWay) {
            underWay = true;
            call(1);
        }
    }

    private void call(int number) {
        try {
            if (number < loops.size()) {
                loops.get(number).execute(() -> call(number + 1));
            } else {
                loops.getFirst().execute(this::end);
            }
        } catch (RejectedExecutionException _) {
            // That loop has ended, and the daemon ends with it.
        }
    }

    private void end() {
        underWay = false;
        work.run();
    }
}
