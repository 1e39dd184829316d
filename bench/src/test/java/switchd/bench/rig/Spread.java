package switchd.bench.rig;

import java.util.Collection;
import java.util.List;
import java.util.Locale;

/// Values of several rounds.
///
/// @param median of an even number of values: halfway between the two in the middle
/// @param count how many values
record Spread(double median, double least, double most, int count) {
    /// @param values one at least
    static Spread of(Collection<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int half = sorted.size() / 2;
        double median =
                sorted.size() % 2 == 1
                        ? sorted.get(half)
                        : (sorted.get(half - 1) + sorted.get(half)) / 2;
        return new Spread(median, sorted.getFirst(), sorted.getLast(), sorted.size());
    }

    /// `median (least–most)`.
    String text(int digits) {
        String number = "%." + digits + "f";
        return String.format(
                Locale.ROOT, number + " (" + number + "–" + number + ")", median, least, most);
    }

    /// With about three digits that tell something.
    String text() {
        return text(median >= 100 ? 0 : median >= 10 ? 1 : 2);
    }
}
