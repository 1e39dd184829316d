package switchd.posix;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;

/// Whose this process is. Any thread may ask.
///
/// @param user who started it
/// @param effectiveUser who it acts as
/// @param group of who started it
/// @param effectiveGroup that it acts as
public record ProcessIds(int user, int effectiveUser, int group, int effectiveGroup) {
    private static final FunctionDescriptor TYPE = FunctionDescriptor.of(JAVA_INT);

    /// Whose this process is now. A C library that knows no difference, as a stand-in may be, is
    /// taken at its word.
    public static ProcessIds current() {
        int effectiveUser = ask("geteuid", 0);
        int group = ask("getgid", 0);
        return new ProcessIds(
                ask("getuid", effectiveUser), effectiveUser, group, ask("getegid", group));
    }

    /// True where the one who started it is another than the one it acts as: a set-uid or set-gid
    /// program, in whose environment nothing is to be believed.
    public boolean actsForAnother() {
        return user != effectiveUser || group != effectiveGroup;
    }

    /// @param missing the answer of a library that has no such function
    private static int ask(String name, int missing) {
        MethodHandle function = Downcalls.linkWithoutErrno(name, TYPE);
        try {
            return (int) function.invokeExact();
        } catch (UnsatisfiedLinkError _) {
            return missing;
        } catch (Throwable t) {
            throw Downcalls.unexpected(t);
        }
    }
}
