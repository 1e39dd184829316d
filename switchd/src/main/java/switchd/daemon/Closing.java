package switchd.daemon;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import switchd.core.SwitchdException;
import switchd.core.Undo;

/// Closes what must not keep the rest from being closed: what fails is logged.
final class Closing {
    private static final Logger LOG = System.getLogger(Closing.class.getName());

    private Closing() {}

    /// Takes one step.
    static void quietly(Undo.Step step) {
        try {
            step.run();
        } catch (SwitchdException | RuntimeException e) {
            LOG.log(Level.WARNING, "closing a port: " + e.getMessage());
        }
    }

    /// Takes one step after the other, until they are done or the time is over; a step that is
    /// under way is not broken off. What is left is left to the end of the process, or to the next
    /// start.
    static void within(long nanos, List<Undo.Step> steps) {
        long begun = System.nanoTime();
        int done = 0;
        while (done < steps.size() && System.nanoTime() - begun < nanos) {
            quietly(steps.get(done++));
        }
        if (done < steps.size()) {
            LOG.log(
                    Level.WARNING,
                    "%d ports and networks are not closed, as the host takes long: their interfaces go with the process, or are swept by the next start"
                            .formatted(steps.size() - done));
        }
    }
}
