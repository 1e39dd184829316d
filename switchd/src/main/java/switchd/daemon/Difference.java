package switchd.daemon;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

/// What has to be done to things with names so that they are as they are wanted.
///
/// @param closing those that are open and have to go, or to be opened with other settings
/// @param opening those that are to be opened
/// @param added names of those that are new
/// @param removed names of those that go
/// @param changed names of those that are opened anew
/// @param unchanged names of those that stay as they are
record Difference<T>(
        List<T> closing,
        List<T> opening,
        List<String> added,
        List<String> removed,
        List<String> changed,
        List<String> unchanged) {
    /// Compares.
    ///
    /// @param open what is open
    /// @param former what was asked for when it was opened; what is open and was not asked for
    ///   stays, unless `wanted` has one of its name
    /// @param wanted what is asked for now
    /// @param disturbed tells what has to be opened anew though it is the same
    static <T> Difference<T> between(
            List<T> open,
            List<T> former,
            List<T> wanted,
            Function<T, String> name,
            Predicate<T> disturbed) {
        Map<String, T> target = byName(wanted, name);
        Map<String, T> told = byName(former, name);
        for (T one : open) {
            if (!told.containsKey(name.apply(one))) {
                target.putIfAbsent(name.apply(one), one);
            }
        }
        Difference<T> result =
                new Difference<>(
                        new ArrayList<>(),
                        new ArrayList<>(),
                        new ArrayList<>(),
                        new ArrayList<>(),
                        new ArrayList<>(),
                        new ArrayList<>());
        Map<String, T> there = byName(open, name);
        there.forEach((key, one) -> {
            if (!target.containsKey(key)) {
                result.closing.add(one);
                result.removed.add(key);
            }
        });
        target.forEach((key, one) -> {
            T old = there.get(key);
            if (old == null) {
                result.opening.add(one);
                result.added.add(key);
            } else if (!old.equals(one) || disturbed.test(one)) {
                result.closing.add(old);
                result.opening.add(one);
                result.changed.add(key);
            } else {
                result.unchanged.add(key);
            }
        });
        return result;
    }

    private static <T> Map<String, T> byName(List<T> things, Function<T, String> name) {
        Map<String, T> map = new LinkedHashMap<>();
        things.forEach(thing -> map.put(name.apply(thing), thing));
        return map;
    }
}
