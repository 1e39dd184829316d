package switchd.posix;

import java.util.OptionalInt;

/// Numbers of users and groups: 32 bits without a sign, kept in an `int` as the kernel's calls take
/// them. Accounts of a directory service have such above 2³¹.
public final class Ids {
    /// Of `chown` and its like: leave it as it is.
    private static final long NOBODY = 0xffff_ffffL;

    private Ids() {}

    /// The number that decimal digits make; nothing where they make none, or the one that means no
    /// user or group.
    public static OptionalInt parse(String digits) {
        if (!digits.matches("[0-9]{1,10}")) {
            return OptionalInt.empty();
        }
        long number = Long.parseLong(digits);
        return number < NOBODY ? OptionalInt.of((int) number) : OptionalInt.empty();
    }

    /// The number as people write it.
    public static String text(int id) {
        return Integer.toUnsignedString(id);
    }
}
