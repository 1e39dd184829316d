package switchd.feth;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static switchd.fuzz.Check.that;

import java.util.OptionalInt;

/// An entry of the journal: the number of a process as it is written, or nothing.
public final class JournalFuzz {
    private JournalFuzz() {}

    public static void fuzzerTestOneInput(byte[] bytes) {
        String text = new String(bytes, US_ASCII);
        OptionalInt pid = Journal.pid(text);
        if (pid.isPresent()) {
            that(pid.getAsInt() > 0, "no process has that number");
            that((pid.getAsInt() + "\n").equals(text), "another number");
        }
    }
}
