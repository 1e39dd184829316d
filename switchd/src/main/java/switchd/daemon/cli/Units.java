package switchd.daemon.cli;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Quantities for people: three figures or so, and the unit.
final class Units {
    private static final String[] BINARY = {"B", "KiB", "MiB", "GiB", "TiB"};
    private static final String[] DECIMAL = {" ", " k", " M", " G", " T"};
    private static final int MINUTE = 60;
    private static final int HOUR = 60 * MINUTE;
    private static final int DAY = 24 * HOUR;

    private Units() {}

    /// As `1.5 MiB`; `?` for null.
    static String bytes(@Nullable Number bytes) {
        return bytes == null ? "?" : scaled(bytes.doubleValue(), 1024, BINARY, " ");
    }

    /// As `1.5 kbit/s`.
    static String rate(long count, String unit) {
        return scaled((double) count, 1000, DECIMAL, "") + unit;
    }

    /// As `2 h 5 min`, in the two largest units.
    static String duration(double seconds) {
        long whole = (long) seconds;
        if (seconds < 10) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }
        if (whole < MINUTE) {
            return whole + " s";
        }
        if (whole < HOUR) {
            return whole / MINUTE + " min" + rest(whole % MINUTE, "s");
        }
        if (whole < DAY) {
            return whole / HOUR + " h" + rest(whole % HOUR / MINUTE, "min");
        }
        return whole / DAY + " d" + rest(whole % DAY / HOUR, "h");
    }

    /// `1 frame`, `2 frames`.
    static String plural(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }

    private static String rest(long count, String unit) {
        return count == 0 ? "" : " " + count + " " + unit;
    }

    private static String scaled(double value, int base, String[] units, String gap) {
        int unit = 0;
        double left = value;
        while (left >= 999.5 && unit < units.length - 1) {
            left /= base;
            unit++;
        }
        String format = unit == 0 || left >= 99.95 ? "%.0f" : "%.1f";
        return String.format(Locale.ROOT, format, left) + gap + units[unit];
    }
}
