package switchd.daemon.model;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// Finds a short list that still fails: leaves out halves, then smaller parts, then single
/// elements, as long as there is time.
final class Shrinker {
    private Shrinker() {}

    /// @param failing it fails
    /// @param fails whether a list does
    /// @param nanos how long to look for a shorter one
    static <T> List<T> shrink(List<T> failing, Predicate<List<T>> fails, long nanos) {
        long deadline = System.nanoTime() + nanos;
        List<T> shortest = failing;
        int size = Math.max(1, shortest.size() / 2);
        while (true) {
            boolean found = false;
            for (int from = 0; from < shortest.size(); ) {
                if (System.nanoTime() > deadline) {
                    return shortest;
                }
                List<T> rest = new ArrayList<>(shortest.subList(0, from));
                rest.addAll(
                        shortest.subList(Math.min(from + size, shortest.size()), shortest.size()));
                if (fails.test(rest)) {
                    shortest = rest;
                    found = true;
                } else {
                    from += size;
                }
            }
            if (size > 1) {
                size /= 2;
            } else if (!found) {
                return shortest;
            }
        }
    }
}
