package switchd.daemon;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/// What has to be done to things with names so that they are as they are wanted.
///
/// @param closing those that are open and have to go, or to be opened with other settings
/// @param opening those that are to be opened
/// @param adjusting those that stay open and take these settings
/// @param added names of those that are new
/// @param removed names of those that go
/// @param changed names of those that are opened anew
/// @param adjusted names of those that take other settings as they are
/// @param unchanged names of those that stay as they are
record Difference<T>(
        List<T> closing,
        List<T> opening,
        List<T> adjusting,
        List<String> added,
        List<String> removed,
        List<String> changed,
        List<String> adjusted,
        List<String> unchanged) {
    /// How two things are compared.
    ///
    /// @param name of a thing
    /// @param fixed a thing without the settings that it can take while it is open
    /// @param disturbed tells what has to be opened anew though it is the same
    /// @param touched tells what has to take its settings again though they are the same
    record Rule<T>(
            Function<T, String> name,
            UnaryOperator<T> fixed,
            Predicate<T> disturbed,
            Predicate<T> touched) {}

    private Difference() {
        this(
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>());
    }

    /// Compares.
    ///
    /// @param open what is open
    /// @param former what was asked for when it was opened; what is open and was not asked for
    ///   stays, unless `wanted` has one of its name
    /// @param wanted what is asked for now
    static <T> Difference<T> between(List<T> open, List<T> former, List<T> wanted, Rule<T> rule) {
        Map<String, T> target = byName(wanted, rule);
        Map<String, T> told = byName(former, rule);
        Map<String, T> there = byName(open, rule);
        Difference<T> result = new Difference<>();
        there.forEach((key, one) -> {
            if (!told.containsKey(key)) {
                target.putIfAbsent(key, one);
            }
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
            } else {
                result.compare(old, one, key, rule);
            }
        });
        return result;
    }

    private void compare(T old, T one, String key, Rule<T> rule) {
        T fixed = rule.fixed.apply(one);
        if (!rule.fixed.apply(old).equals(fixed) || rule.disturbed.test(one)) {
            closing.add(old);
            opening.add(one);
            changed.add(key);
        } else if (!old.equals(one) || rule.touched.test(one)) {
            adjusting.add(one);
            adjusted.add(key);
        } else {
            unchanged.add(key);
        }
    }

    private static <T> Map<String, T> byName(List<T> things, Rule<T> rule) {
        Map<String, T> map = new LinkedHashMap<>();
        things.forEach(thing -> map.put(rule.name.apply(thing), thing));
        return map;
    }
}
