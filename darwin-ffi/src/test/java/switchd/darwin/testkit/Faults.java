package switchd.darwin.testkit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;

/// The calls of one process that are to fail. One that does has no effect.
///
/// Calls are named by their C names, `ioctl` by its request (`SIOCIFCREATE2`) as well. Occurrences
/// count from 1, since the last [#arm()] or since the boot.
///
/// To fail each call of a scenario in turn: [#arm()], run it once, take [#calls()]; then for each
/// `i` boot a new kernel, [#failAt(int, String)] `i + 1`, and run it again.
public final class Faults {
    private record Rule(BiPredicate<String, Integer> which, String errno, boolean once) {}

    private final List<Rule> rules = new ArrayList<>();
    private final List<String> calls = new ArrayList<>();
    private boolean recording;
    private int total;
    private final Map<String, Integer> occurrences = new HashMap<>();

    Faults() {}

    /// Forgets all faults and counts from 1 again.
    public synchronized void arm() {
        rules.clear();
        calls.clear();
        occurrences.clear();
        recording = true;
        total = 0;
    }

    /// The names of all calls that could have failed since [#arm()], in order.
    public synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    /// Fails the next call of a name.
    ///
    /// @param errno like `EBUSY`
    public synchronized void failNext(String call, String errno) {
        rules.add(new Rule((name, n) -> name.equals(call), errno, true));
    }

    /// Fails every call of a name.
    public synchronized void failEvery(String call, String errno) {
        rules.add(new Rule((name, n) -> name.equals(call), errno, false));
    }

    /// Fails the `n`-th call of a name.
    public synchronized void failAt(String call, int n, String errno) {
        failWhen((name, occurrence) -> name.equals(call) && occurrence == n, errno);
    }

    /// Fails the `n`-th call of all.
    public synchronized void failAt(int n, String errno) {
        rules.add(new Rule((name, occurrence) -> total == n, errno, true));
    }

    /// Fails the calls of which `which` holds, asked with a name and how often that one was called,
    /// this time included.
    public synchronized void failWhen(BiPredicate<String, Integer> which, String errno) {
        rules.add(new Rule(which, errno, false));
    }

    /// Counts a call; 0, or the negated number of the error that it is to give.
    synchronized long next(String name, String label) {
        total++;
        if (recording) {
            calls.add(label);
        }
        int named = occurrences.merge(name, 1, Integer::sum);
        int labelled = label.equals(name) ? named : occurrences.merge(label, 1, Integer::sum);
        Optional<Rule> found =
                rules.stream()
                        .filter(r -> r.which.test(name, named) || r.which.test(label, labelled))
                        .findFirst();
        found.filter(Rule::once).ifPresent(rules::remove);
        return found.map(rule -> -Abi.constant(rule.errno)).orElse(0L);
    }
}
