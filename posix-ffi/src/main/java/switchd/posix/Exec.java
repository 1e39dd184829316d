package switchd.posix;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.Charset;
import java.util.List;
import switchd.core.Kernel;

/// Makes this process another program: same process id, terminal, working directory, standard
/// streams and limits.
///
/// What a JVM changes for itself is taken back: SIGQUIT, which it blocks, is let through; signals
/// that it handles get their default by the kernel. What else is to be as the caller had it, is
/// said by the methods before [#become].
public final class Exec {
    private static final long SIG_IGN = 1;
    private static final int SIGQUIT = 3;

    /// Darwin's as in XNU's bsd/sys/signal.h.
    static final int SIG_UNBLOCK = Kernel.current() == Kernel.LINUX ? 1 : 2;

    // `sigset_t` has 128 bytes on Linux, 4 on Darwin, and signal n is bit n - 1 on both.
    private static final int SIGNAL_SET_BYTES = 128;

    private final Arena arena;
    private final Posix posix;
    private final ExecCalls calls;

    /// @param arena of the thread that uses this instance
    public Exec(Posix posix, Arena arena) {
        this.arena = arena;
        this.posix = posix;
        calls = new ExecCalls(arena);
    }

    /// Decides whether the program gets descriptor `fd`.
    ///
    /// @return 0, or the negated error number
    public int pass(int fd, boolean passed) {
        return posix.fcntl(fd, PosixConstants.F_SETFD, passed ? 0 : PosixConstants.FD_CLOEXEC);
    }

    /// Has the program ignore signals.
    ///
    /// @param signals bit n - 1 for signal n; those that cannot be ignored are left as they are
    public void ignore(long signals) {
        for (long left = signals; left != 0; left &= left - 1) {
            calls.signal(Long.numberOfTrailingZeros(left) + 1, SIG_IGN);
        }
    }

    /// Gives the environment variable `from`, where there is one, the name `to`; its value keeps
    /// every byte.
    public void rename(String from, String to) {
        long value = calls.getenv(arena.allocateFrom(from));
        if (value > 0) {
            calls.setenv(arena.allocateFrom(to), value, 1);
            calls.unsetenv(arena.allocateFrom(from));
        }
    }

    /// Runs the program in place of this one. Where its name has no `/`, it is searched in `PATH`.
    ///
    /// @param words its name and its arguments
    /// @param encoding of what the words hold; the words are to have come from it
    /// @return the negated error number: it returns on failure only
    public int become(List<String> words, Charset encoding) {
        calls.pthreadSigmask(SIG_UNBLOCK, only(SIGQUIT), MemorySegment.NULL);
        MemorySegment argv = arena.allocate(ADDRESS, words.size() + 1L);
        for (int i = 0; i < words.size(); i++) {
            argv.setAtIndex(ADDRESS, i, arena.allocateFrom(words.get(i), encoding));
        }
        return calls.execvp(argv.getAtIndex(ADDRESS, 0), argv);
    }

    private MemorySegment only(int signal) {
        MemorySegment set = arena.allocate(SIGNAL_SET_BYTES, JAVA_LONG.byteAlignment());
        set.set(JAVA_LONG, 0, 1L << (signal - 1));
        return set;
    }
}
