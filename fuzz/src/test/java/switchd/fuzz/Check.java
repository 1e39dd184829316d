package switchd.fuzz;

/// What a target finds wrong.
public final class Check {
    private Check() {}

    /// Fails the target unless `holds`.
    ///
    /// @param wrong what it means that it does not hold
    public static void that(boolean holds, String wrong) {
        if (!holds) {
            throw new AssertionError(wrong);
        }
    }

    /// Fails the target unless `text` is a line that a terminal or a log can be shown.
    public static void isLine(String text) {
        that(
                text.codePoints().noneMatch(c -> Character.isISOControl(c) || c == 0x2028),
                "no line: " + text);
    }
}
