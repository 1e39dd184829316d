package switchd.daemon.control;

import static switchd.fuzz.Check.that;

import switchd.core.SwitchdException;

/// A line of whatever answers at the control socket, as a command reads it: an answer, or an error
/// with words.
public final class AnswerFuzz {
    private AnswerFuzz() {}

    public static void fuzzerTestOneInput(byte[] bytes) {
        try {
            that(JsonRpc.result(JsonRpc.message(bytes), 1) != null, "no result");
        } catch (SwitchdException e) {
            that(e.getMessage() != null && !e.getMessage().isEmpty(), "an error without a word");
        }
    }
}
