package switchd.daemon.cli;

import org.jspecify.annotations.Nullable;
import switchd.daemon.log.Printable;

/// A text in a table, with the colour that says how good it is.
///
/// @param text printable, see [Printable]
/// @param colour number of a terminal's colour (SGR); 0: the usual one
record Cell(String text, int colour) {
    private static final int RED = 31;
    private static final int GREEN = 32;
    private static final int YELLOW = 33;

    Cell(String text, int colour) {
        this.text = Printable.of(text);
        this.colour = colour;
    }

    /// A value as it is; `-` for null and for an empty text.
    static Cell of(@Nullable Object value) {
        if (value instanceof Cell cell) {
            return cell;
        }
        String text = value == null ? "" : value.toString();
        return new Cell(text.isEmpty() ? "-" : text, 0);
    }

    /// As it should be.
    static Cell good(Object value) {
        return new Cell(value.toString(), GREEN);
    }

    /// Worth a look.
    static Cell doubtful(Object value) {
        return new Cell(value.toString(), YELLOW);
    }

    /// An operator should act.
    static Cell bad(Object value) {
        return new Cell(value.toString(), RED);
    }

    /// Columns of a terminal that the text takes.
    int width() {
        return text.codePoints().map(Cell::width).sum();
    }

    /// The text as the terminal is to get it.
    String shownOn(Terminal terminal) {
        return terminal.coloured() && colour != 0
                ? "\u001b[" + colour + "m" + text + "\u001b[m"
                : text;
    }

    /// As wcwidth(3): 0 for marks on other characters, 2 for those of East Asia and for emoji.
    private static int width(int character) {
        int type = Character.getType(character);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) {
            return 0;
        }
        if (character < 0x1100) {
            return 1;
        }
        return isBetween(character, 0xff01, 0xff60) // full-width forms
                        || isBetween(character, 0xffe0, 0xffe6)
                        || isBetween(character, 0x3000, 0x303e) // punctuation
                        || isEastAsian(character)
                        || Character.isEmojiPresentation(character)
                ? 2
                : 1;
    }

    private static boolean isEastAsian(int character) {
        if (isBetween(character, 0xff61, 0xffdc)) {
            return false; // half-width forms
        }
        return switch (Character.UnicodeScript.of(character)) {
            case HAN, HIRAGANA, KATAKANA, HANGUL, BOPOMOFO, YI -> true;
            default -> false;
        };
    }

    private static boolean isBetween(int character, int first, int last) {
        return first <= character && character <= last;
    }
}
