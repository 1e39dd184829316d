package switchd.posix;

/// A descriptor that is closed once, whoever closes it and however often.
public final class Fd implements AutoCloseable {
    private static final int CLOSED = -1;

    private final Posix posix;
    private int number;

    /// Takes over descriptor `number`.
    public Fd(Posix posix, int number) {
        this.posix = posix;
        this.number = number;
    }

    /// The number, for a system call only.
    ///
    /// @throws IllegalStateException where it is closed
    public int number() {
        if (number == CLOSED) {
            throw new IllegalStateException("the descriptor is closed");
        }
        return number;
    }

    /// Closing twice is no error.
    @Override
    public void close() {
        if (number != CLOSED) {
            int closing = number;
            number = CLOSED;
            posix.close(closing);
        }
    }

    @Override
    public String toString() {
        return number == CLOSED ? "closed" : "fd " + number;
    }
}
