package switchd.daemon.log;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Holds back lines that say again what was said within the last ten seconds, and sums them up.
///
/// The same text passes once in that time; lines of one kind whose texts may differ (one event of
/// one port, one template) pass five times, so that a VM that restarts is seen to do so. What is
/// beyond that is counted and told in a line of its own, which carries the last of the texts.
/// Nothing is lost, and no more than [#KINDS] kinds are known at a time.
///
/// Belongs to one thread. The time comes from the lines and from who asks; that somebody sets the
/// wall clock changes nothing.
final class Throttle {
    static final Duration WINDOW = Duration.ofSeconds(10);
    static final int KINDS = 256;

    private static final int BURST = 5;

    private final Map<Kind, Seen> seen = new LinkedHashMap<>();
    private @Nullable Moment start;

    private record Kind(
            System.Logger.Level level, String logger, @Nullable String port, String template) {
        static Kind of(LogLine line) {
            PortMessage subject = line.subject();
            String port = subject == null ? null : subject.port();
            return new Kind(line.level(), line.logger(), port, line.template());
        }
    }

    private static final class Seen {
        private final Moment first;
        private int passed;
        private long held;
        private LogLine last;

        private Seen(LogLine line) {
            first = line.moment();
            last = line;
            passed = 1;
        }

        private LogLine sum(Moment now) {
            long millis = Math.max(TimeUnit.NANOSECONDS.toMillis(now.since(first)), 1);
            return last.repeated(now, held, Math.ceilDiv(millis, 1_000));
        }
    }

    /// Takes a line.
    ///
    /// @return what is to be written now: sums that are due, then the line where it passes
    List<LogLine> accept(LogLine line) {
        List<LogLine> out = new ArrayList<>(due(line.moment()));
        Kind kind = Kind.of(line);
        if (!seen.containsKey(kind) && seen.size() == KINDS) {
            out.addAll(sums(line.moment()));
            seen.clear();
        }
        if (seen.isEmpty()) {
            start = line.moment();
        }
        Seen before = seen.putIfAbsent(kind, new Seen(line));
        boolean identical = line.template().equals(line.message());
        if (before == null) {
            out.add(line);
        } else if (!identical && before.passed < BURST) {
            before.passed++;
            out.add(line);
        } else {
            before.held++;
            before.last = line;
        }
        return out;
    }

    /// The sums of a window that is over. What was held back in it is held back further on.
    List<LogLine> due(Moment now) {
        if (untilDue(now).isPositive()) {
            return List.of();
        }
        List<LogLine> sums = sums(now);
        List<LogLine> busy =
                seen.values().stream().filter(one -> one.held > 0).map(one -> one.last).toList();
        seen.clear();
        start = now;
        for (LogLine line : busy) {
            Seen again = new Seen(line.repeated(now, 0, 0));
            again.passed = BURST;
            seen.put(Kind.of(line), again);
        }
        return sums;
    }

    /// All sums at once, for the end of the process.
    List<LogLine> drain(Moment now) {
        List<LogLine> sums = sums(now);
        seen.clear();
        return sums;
    }

    /// How long until [#due(Moment)] has something to tell or to forget; not positive where it is
    /// time.
    Duration untilDue(Moment now) {
        Moment begun = start;
        return seen.isEmpty() || begun == null ? WINDOW : WINDOW.minusNanos(now.since(begun));
    }

    /// In the order of the last lines, so that the last one tells how things stand.
    private List<LogLine> sums(Moment now) {
        return seen.values().stream()
                .filter(one -> one.held > 0)
                .sorted(Comparator.comparingLong(one -> one.last.moment().nanos()))
                .map(one -> one.sum(now))
                .toList();
    }
}
