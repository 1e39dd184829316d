package switchd.posix;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;

/// Leaves the session of whoever started this process: what its terminal sends does not come here.
public final class OwnSession {
    private OwnSession() {}

    /// `pid_t setsid(void)`; fails where the process leads a group, and then nothing has changed.
    public static void begin() {
        try {
            int ignored =
                    (int)
                            Downcalls.linkWithoutErrno("setsid", FunctionDescriptor.of(JAVA_INT))
                                    .invokeExact();
        } catch (UnsatisfiedLinkError _) {
            // A stand-in of the C library has no sessions.
        } catch (Throwable t) {
            throw Downcalls.unexpected(t);
        }
    }
}
