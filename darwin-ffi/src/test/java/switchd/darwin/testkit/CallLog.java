package switchd.darwin.testkit;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The calls that one process made: how many of each, and the last ones in full. A call is entered
/// when it returns.
public final class CallLog {
    private static final int KEPT = 300;

    private record Line(String name, List<?> arguments, long result) {
        @Override
        public String toString() {
            String list = arguments.stream().map(String::valueOf).collect(Collectors.joining(", "));
            return name + "(" + list + ") = " + Names.result(result);
        }
    }

    private final ArrayDeque<Line> lines = new ArrayDeque<>();
    private final Map<String, Integer> counts = new HashMap<>();
    private int total;

    CallLog() {}

    synchronized void enter(String name, String label, @Nullable Object[] arguments, long result) {
        counts.merge(name, 1, Integer::sum);
        if (!label.equals(name)) {
            counts.merge(label, 1, Integer::sum);
        }
        total++;
        lines.add(new Line(name, Arrays.asList(arguments), result));
        if (lines.size() > KEPT) {
            lines.remove();
        }
    }

    /// How many calls of a name there were since the last [#reset()].
    ///
    /// @param name a C name, or that of an `ioctl` request
    public synchronized int count(String name) {
        return counts.getOrDefault(name, 0);
    }

    /// How many calls there were in all.
    public synchronized int total() {
        return total;
    }

    /// Starts anew.
    public synchronized void reset() {
        counts.clear();
        lines.clear();
        total = 0;
    }

    /// The last `n` calls, the latest at the end, each `name(arguments) = result`.
    public synchronized List<String> last(int n) {
        return lines.stream().skip(Math.max(0, lines.size() - n)).map(Line::toString).toList();
    }

    @Override
    public String toString() {
        return String.join("\n", last(KEPT));
    }
}
