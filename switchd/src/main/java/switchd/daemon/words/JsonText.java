package switchd.daemon.words;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.SerializableString;
import tools.jackson.core.io.CharacterEscapes;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.json.JsonMapper;

/// JSON as others get it: from the commands, the log, and the control socket.
///
/// All of it is printable ASCII; what is not stands there as `\u009B`. A path or name that a VM's
/// user chose moves no terminal's cursor and turns no direction of writing, and nothing is lost
/// where the locale has no such character.
public final class JsonText {
    private static final JsonMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                                    .characterEscapes(new Delete())
                                    .build())
                    .build();

    private JsonText() {}

    /// In one line, without its end.
    ///
    /// @param value a tree, a record or a map
    public static String line(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    /// Indented, in many lines; the last one is without its end.
    ///
    /// @param value a tree, a record or a map
    public static String indented(Object value) {
        return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value);
    }

    /// What Jackson does not escape of ASCII: the delete character.
    private static final class Delete extends CharacterEscapes {
        private static final long serialVersionUID = 1;
        private static final int DELETE = 0x7f;

        @Override
        public int[] getEscapeCodesForAscii() {
            int[] codes = standardAsciiEscapesForJSON();
            codes[DELETE] = ESCAPE_STANDARD;
            return codes;
        }

        @Override
        public @Nullable SerializableString getEscapeSequence(int character) {
            return null;
        }
    }
}
