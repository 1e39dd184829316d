package switchd.daemon.host;

import java.lang.System.Logger.Level;
import switchd.core.SwitchdException;
import switchd.core.Undo;

/// Ends of what may fail to end.
final class Closing {
    private Closing() {}

    /// Takes all steps back; a failure is a line in the log, as nobody can do anything about it.
    static void quietly(String what, Undo steps) {
        try {
            steps.close();
        } catch (SwitchdException e) {
            System.getLogger(Closing.class.getName())
                    .log(Level.WARNING, "closing " + what + ": " + e.getMessage());
        }
    }
}
