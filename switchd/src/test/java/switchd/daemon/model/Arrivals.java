package switchd.daemon.model;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// What comes to one receiver: one VM from attaching to leaving, or the LAN.
final class Arrivals {
    private final String who;
    private final Set<Integer> must = new HashSet<>();
    private final Set<Integer> may = new HashSet<>();
    private final Set<Integer> seen = new HashSet<>();
    private final Map<String, Integer> last = new HashMap<>();

    Arrivals(String who) {
        this.who = who;
    }

    void must(int number) {
        must.add(number);
    }

    void may(int number) {
        may.add(number);
    }

    /// A frame has come.
    void take(Sent sent, byte[] frame) {
        int number = sent.number();
        if (!Arrays.equals(sent.bytes(), frame)) {
            throw new AssertionError(who + " got " + sent + " with other bytes");
        }
        if (!seen.add(number)) {
            throw new AssertionError(who + " got " + sent + " twice");
        }
        if (!must.remove(number) && !may.remove(number)) {
            throw new AssertionError(who + " got " + sent + ", which it must not");
        }
        Integer before = last.put(sent.from() + sent.to(), number);
        if (before != null && before > number) {
            throw new AssertionError(who + " got " + sent + " after " + before);
        }
    }

    int received() {
        return seen.size();
    }

    /// Those that may still come.
    int outstanding() {
        return must.size() + may.size();
    }

    /// What has to come and has not; empty where there is nothing.
    String missing() {
        return must.isEmpty() ? "" : who + " has not got frames " + must;
    }
}
