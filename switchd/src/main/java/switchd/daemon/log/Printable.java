package switchd.daemon.log;

import java.util.regex.Pattern;

/// Text of others made fit to be shown: a path, a name or a message that a VM's user chose.
public final class Printable {
    /// Control and format characters of all of Unicode, what separates lines there, and halves of
    /// characters.
    private static final Pattern UNPRINTABLE =
            Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}]");

    private Printable() {}

    /// The text in one line without anything that moves a terminal's cursor, changes its colours,
    /// or turns the direction of writing: `?` stands in place of each such character.
    public static String of(String text) {
        return UNPRINTABLE.matcher(text).replaceAll("?");
    }
}
