package switchd.daemon.trace;

/// A question that somebody has asked, again and again perhaps, and nobody has answered yet. It is
/// worth a line once it is a second old and was asked twice, and then each time that it has been
/// asked twice as often.
final class Question {
    static final long PATIENCE_NANOS = 1_000_000_000;

    final long first;
    long last;
    int tries;
    private int toldAt;

    Question(long now) {
        first = now;
        last = now;
        tries = 1;
    }

    void again(long now) {
        last = now;
        tries++;
    }

    /// True where it is time to tell of it; says so once.
    boolean isDue(long now) {
        boolean due = tries >= Math.max(2, 2 * toldAt) && now - first >= PATIENCE_NANOS;
        if (due) {
            toldAt = tries;
        }
        return due;
    }

    /// True where it has been told of.
    boolean isTold() {
        return toldAt > 0;
    }

    /// As `3 tries, 7 s`.
    String effort(long now) {
        return tries + " tries, " + (now - first) / 1_000_000_000 + " s";
    }
}
