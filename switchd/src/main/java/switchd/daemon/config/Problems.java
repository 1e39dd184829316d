package switchd.daemon.config;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import switchd.core.UsageException;
import switchd.daemon.log.Printable;

/// Where each key came from, and what is wrong with some of them.
///
/// A key is named by its path, as in `ports[2].mac`; the whole is the empty path.
final class Problems {
    private static final int MOST = 50;
    private static final int LONGEST = 120;

    private final Map<String, Origin> origins = new HashMap<>();
    private final Map<String, Problem> problems = new HashMap<>();

    /// Where a value was given.
    ///
    /// @param source path of the file, name of the option or of the environment's variable
    /// @param line from 1 on; 0 where there are no lines
    /// @param column from 1 on
    record Origin(String source, int line, int column) {
        static Origin of(String source) {
            return new Origin(source, 0, 0);
        }

        @Override
        public String toString() {
            return line == 0 ? source : source + ":" + line + ":" + column;
        }
    }

    private record Problem(Origin origin, String path, String what) {
        @Override
        public String toString() {
            // What was given by an option or a variable is known by its name.
            return path.isEmpty() || origin.line() == 0
                    ? origin + ": " + what
                    : origin + ": " + printable(path) + ": " + what;
        }
    }

    /// Says where the value of `path` was given.
    void origin(String path, Origin origin) {
        origins.put(path, origin);
    }

    boolean knows(String path) {
        return origins.containsKey(path);
    }

    /// Where the value of `path` was given, or what it would be part of.
    Origin origin(String path) {
        Origin known = origins.get(path);
        if (known != null || path.isEmpty()) {
            return known == null ? Origin.of("configuration") : known;
        }
        int end = Math.max(0, Math.max(path.lastIndexOf('.'), path.lastIndexOf('[')));
        return origin(path.substring(0, end));
    }

    /// Notes what is wrong with a key, and the cure. The first word on a key stands.
    void add(String path, String what) {
        add(origin(path), path, what);
    }

    void add(Origin origin, String path, String what) {
        problems.putIfAbsent(path, new Problem(origin, path, what));
    }

    boolean concern(String path) {
        return problems.containsKey(path);
    }

    /// What is wrong, in the order of the file, a line each; empty where nothing is.
    private List<String> lines() {
        return problems.values().stream()
                .sorted(
                        Comparator.comparing((Problem problem) -> problem.origin().source())
                                .thenComparingInt(problem -> problem.origin().line())
                                .thenComparingInt(problem -> problem.origin().column())
                                .thenComparing(Problem::path))
                .limit(MOST)
                .map(Problem::toString)
                .toList();
    }

    /// @throws UsageException with all that is wrong, a line each
    void check() throws UsageException {
        if (!problems.isEmpty()) {
            int more = problems.size() - MOST;
            throw new UsageException(
                    String.join("\n", lines()) + (more > 0 ? "\nand " + more + " more" : ""));
        }
    }

    /// What a file says, in quotes and fit for a terminal.
    static String quoted(String text) {
        return '"' + printable(text) + '"';
    }

    /// What a file says, fit for a terminal: on one line, not too long.
    static String printable(String text) {
        String plain = Printable.of(text);
        boolean fits = plain.codePointCount(0, plain.length()) <= LONGEST;
        return fits ? plain : plain.substring(0, plain.offsetByCodePoints(0, LONGEST)) + "…";
    }
}
