package switchd.daemon.selftest;

import java.util.concurrent.Callable;
import java.util.function.Function;
import switchd.core.SwitchdException;
import switchd.core.Undo;

/// What was made and is to be given back: by the thread that works, or by the one that hears a
/// signal while it works. Nothing is made any more once that has begun.
final class Parts implements AutoCloseable {
    private final Undo undo = new Undo();
    private boolean closed;

    /// Makes a part.
    ///
    /// @param end gives it back
    synchronized <T> T make(Callable<T> maker, Function<T, Undo.Step> end) throws Exception {
        if (closed) {
            throw new IllegalStateException("the self-test is over");
        }
        T part = maker.call();
        undo.push(end.apply(part));
        return part;
    }

    /// Has `step` run at the end, whether or not there will be something to give back.
    synchronized void atEnd(Undo.Step step) {
        undo.push(step);
    }

    /// Keeps everything for good.
    synchronized void keep() {
        undo.keep();
    }

    /// Gives everything back. Closing twice is no error.
    @Override
    public synchronized void close() throws SwitchdException {
        closed = true;
        undo.close();
    }
}
