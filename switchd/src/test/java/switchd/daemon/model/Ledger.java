package switchd.daemon.model;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import switchd.core.Counters;
import switchd.core.DropCause;

/// What the counters of one port and direction may say: each frame was passed on, or is one drop.
final class Ledger {
    private static final class Range {
        private long least;
        private long most;

        private void add(boolean certain) {
            most++;
            if (certain) {
                least++;
            }
        }

        /// @return what is missing; empty where nothing is
        private String missing(String what, long is) {
            if (is > most) {
                throw new AssertionError(
                        "%s: %d, and there can be %d at most".formatted(what, is, most));
            }
            return is < least ? "%s: %d, and should be %d at least".formatted(what, is, least) : "";
        }
    }

    private final String name;
    private final Range all = new Range();
    private final Range passed = new Range();
    private final Map<DropCause, Range> drops = new EnumMap<>(DropCause.class);
    private int owed;

    Ledger(String name) {
        this.name = name;
        for (DropCause cause : DropCause.values()) {
            drops.put(cause, new Range());
        }
    }

    private Range of(DropCause cause) {
        return Objects.requireNonNull(drops.get(cause));
    }

    void passed() {
        all.add(true);
        passed.add(true);
    }

    void dropped(DropCause cause) {
        all.add(true);
        of(cause).add(true);
    }

    /// A frame that may come in, and be passed on or be dropped for one of these.
    void perhaps(List<DropCause> causes) {
        all.add(false);
        passed.add(false);
        causes.forEach(cause -> of(cause).add(false));
    }

    /// As [#perhaps], for one that has come in as soon as all is quiet.
    void sooner(List<DropCause> causes) {
        perhaps(causes);
        owed++;
    }

    /// All is quiet: what was to come in has.
    void settle() {
        all.least += owed;
        owed = 0;
    }

    /// What was to come in may never do so.
    void forgive() {
        owed = 0;
    }

    /// Fails where there is more than there can be.
    ///
    /// @return what is missing yet; empty where nothing is
    String missing(Counters counters) {
        StringBuilder missing = new StringBuilder();
        missing.append(passed.missing(name + " passed on", counters.frames()));
        drops.forEach((cause, range) ->
                missing.append(range.missing(name + " " + cause.label(), counters.drops(cause))));
        missing.append(all.missing(name + " in all", counters.frames() + counters.drops()));
        return missing.toString();
    }
}
