package switchd.daemon.lab;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What is to be undone, newest first. Every step is tried; the first failure is thrown with the
/// others suppressed. Closing twice is no error.
final class Cleanup implements AutoCloseable {
    private final Deque<AutoCloseable> steps = new ArrayDeque<>();

    /// Builds something out of several parts: where `body` fails halfway, the parts are undone.
    static <T> T building(Function<Cleanup, T> body) {
        var cleanup = new Cleanup();
        try {
            return body.apply(cleanup);
        } catch (RuntimeException | Error failure) {
            try {
                cleanup.close();
            } catch (RuntimeException | Error another) {
                failure.addSuppressed(another);
            }
            throw failure;
        }
    }

    synchronized <T extends AutoCloseable> T add(T step) {
        steps.push(step);
        return step;
    }

    @Override
    public void close() {
        var failures = new ArrayList<Throwable>();
        for (AutoCloseable step = next(); step != null; step = next()) {
            try {
                step.close();
            } catch (Exception | AssertionError e) {
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            var failure = new AssertionError("clean-up failed", failures.getFirst());
            failures.stream().skip(1).forEach(failure::addSuppressed);
            throw failure;
        }
    }

    private synchronized @Nullable AutoCloseable next() {
        return steps.poll();
    }
}
