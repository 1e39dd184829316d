package switchd.daemon;

import java.util.Map;
import switchd.core.UsageException;
import switchd.daemon.words.Nearest;

/// Looks things up by their names.
final class Known {
    private Known() {}

    /// The one of that name.
    ///
    /// @param what the things are, in one word
    /// @throws UsageException where there is none, with the nearest name or those that there are
    static <T> T of(String what, String name, Map<String, T> known) throws UsageException {
        T there = known.get(name);
        if (there != null) {
            return there;
        }
        String question = Nearest.question(name, known.keySet());
        String others =
                known.isEmpty()
                        ? ": there is none"
                        : ": there are " + String.join(", ", known.keySet());
        throw new UsageException(
                "there is no "
                        + what
                        + " called "
                        + name
                        + (question.isEmpty() ? others : question));
    }
}
