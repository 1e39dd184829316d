package switchd.darwin.testkit;

import org.jspecify.annotations.Nullable;

/// A call that fails. Whatever is called with the kernel's lock held may throw it instead of
/// returning the negated error number; [FakeXnu] gives the caller [#result()].
@SuppressWarnings("serial")
final class Refused extends RuntimeException {
    private final String errno;
    private final int result;

    /// @param errno its name, like `EBUSY`
    Refused(String errno) {
        super(errno, null, false, false);
        this.errno = errno;
        this.result = (int) -Abi.constant(errno);
    }

    /// The error's name.
    String errno() {
        return errno;
    }

    /// True for the error of this name.
    boolean is(String name) {
        return errno.equals(name);
    }

    /// The negated error number.
    int result() {
        return result;
    }

    /// Gives `value`; throws where it is null.
    static <T> T ifNull(@Nullable T value, String errno) {
        if (value == null) {
            throw new Refused(errno);
        }
        return value;
    }

    /// Throws where `condition` holds.
    static void when(boolean condition, String errno) {
        if (condition) {
            throw new Refused(errno);
        }
    }
}
