package switchd.soak;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// How a figure goes over time. The first quarter is left out: that is the warm-up.
///
/// @param before median of the second quarter
/// @param after median of the last quarter
/// @param rise of the line that fits the last three quarters best, over their length, as a share of
///   `before`
record Trend(double before, double after, double rise) {
    private static final int LEAST = 16;

    /// Whether there are enough figures for one.
    boolean isKnown() {
        return !Double.isNaN(before);
    }

    /// How many times the second quarter's median the last quarter's is.
    double ratio() {
        return after / before;
    }

    /// The trend of a figure of these samples; those without it are left out.
    static Trend of(List<Sample> samples, ToDoubleFunction<Sample> figure) {
        List<Sample> known =
                samples.stream().filter(s -> !Double.isNaN(figure.applyAsDouble(s))).toList();
        int count = known.size();
        if (count < LEAST) {
            return new Trend(Double.NaN, Double.NaN, Double.NaN);
        }
        List<Sample> warm = known.subList(count / 4, count);
        double before = median(known.subList(count / 4, count / 2), figure);
        double after = median(known.subList(count * 3 / 4, count), figure);
        double span = warm.getLast().seconds() - warm.getFirst().seconds();
        return new Trend(before, after, slope(warm, figure) * span / before);
    }

    static double median(List<Sample> samples, ToDoubleFunction<Sample> figure) {
        double[] sorted = samples.stream().mapToDouble(figure).sorted().toArray();
        return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
    }

    /// Least squares, each second's figure against its time.
    private static double slope(List<Sample> samples, ToDoubleFunction<Sample> figure) {
        double[] x = samples.stream().mapToDouble(Sample::seconds).toArray();
        double[] y = samples.stream().mapToDouble(figure).toArray();
        double meanX = Arrays.stream(x).average().orElseThrow();
        double meanY = Arrays.stream(y).average().orElseThrow();
        double above = 0;
        double below = 0;
        for (int i = 0; i < x.length; i++) {
            above += (x[i] - meanX) * (y[i] - meanY);
            below += (x[i] - meanX) * (x[i] - meanX);
        }
        return below == 0 ? 0 : above / below;
    }
}
