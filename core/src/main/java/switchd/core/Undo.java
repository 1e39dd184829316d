package switchd.core;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// Steps to take back, last first, unless [#keep()] says that the whole came about.
///
/// For whatever is built of several resources: each is pushed as soon as it exists.
public final class Undo implements AutoCloseable {
    /// One resource to give back. It may fail with whatever a resource fails with.
    @FunctionalInterface
    public interface Step {
        void run() throws SwitchdException;
    }

    private final Deque<Step> steps = new ArrayDeque<>();

    /// Adds a step; it runs before those that are here already.
    public void push(Step step) {
        steps.push(step);
    }

    /// True where there is nothing to take back.
    public boolean isEmpty() {
        return steps.isEmpty();
    }

    /// Hands the resources over: closing undoes nothing from here on.
    public void keep() {
        steps.clear();
    }

    /// Hands the resources over together with the steps that give them back: closing this one
    /// undoes nothing from here on, closing the result does.
    public Undo take() {
        Undo taken = new Undo();
        taken.steps.addAll(steps);
        steps.clear();
        return taken;
    }

    /// Takes every step back, also where one of them fails.
    ///
    /// @throws SwitchdException the first failure, the others suppressed in it; an unchecked one is
    ///   thrown as it is
    @Override
    public void close() throws SwitchdException {
        @Nullable Exception first = null;
        while (!steps.isEmpty()) {
            try {
                steps.pop().run();
            } catch (SwitchdException | RuntimeException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        switch (first) {
            case SwitchdException e -> throw e;
            case RuntimeException e -> throw e;
            case null, default -> {}
        }
    }
}
