package switchd.core;

import java.util.regex.Pattern;

/// The name of a network interface: 1 to 15 bytes, as `IFNAMSIZ` is 16 with the final NUL on Linux
/// and on Darwin.
///
/// @param value the name, ASCII without blanks, `/` and `:`
public record InterfaceName(String value) {
    /// The longest name that both kernels take, in bytes.
    public static final int MAX_LENGTH = 15;

    private static final Pattern FORM = Pattern.compile("[!-~&&[^/:]]+");

    public InterfaceName {
        if (value.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "an interface name has at most "
                            + MAX_LENGTH
                            + " characters: "
                            + value
                            + " has "
                            + value.length());
        }
        if (!FORM.matcher(value).matches() || value.equals(".") || value.equals("..")) {
            throw new IllegalArgumentException("not an interface name: '" + value + "'");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
