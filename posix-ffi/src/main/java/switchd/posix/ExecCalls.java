package switchd.posix;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static switchd.posix.Downcalls.POINTER;
import static switchd.posix.Downcalls.linkOptional;
import static switchd.posix.Downcalls.unexpected;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// What a process calls before it becomes another program, under the names of C: the value on
/// success, the negated error number on failure. All are in POSIX.1-2017; none is needed by ports.
final class ExecCalls {
    private static final MethodHandle EXECVP =
            linkOptional("execvp", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle PTHREAD_SIGMASK =
            linkOptional(
                    "pthread_sigmask", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle SIGNAL =
            linkOptional("signal", FunctionDescriptor.of(POINTER, JAVA_INT, POINTER));
    private static final MethodHandle GETENV =
            linkOptional("getenv", FunctionDescriptor.of(POINTER, ADDRESS));
    private static final MethodHandle SETENV =
            linkOptional("setenv", FunctionDescriptor.of(JAVA_INT, ADDRESS, POINTER, JAVA_INT));
    private static final MethodHandle UNSETENV =
            linkOptional("unsetenv", FunctionDescriptor.of(JAVA_INT, ADDRESS));

    private final MemorySegment callState;

    ExecCalls(Arena arena) {
        callState = arena.allocate(Downcalls.CALL_STATE);
    }

    /// `int execvp(const char *file, char *const argv[])`: returns on failure only.
    int execvp(MemorySegment file, MemorySegment argv) {
        try {
            return result((int) EXECVP.invokeExact(callState, file, argv));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /// `int pthread_sigmask(int how, const sigset_t *set, sigset_t *old)`, which returns the error
    /// number.
    int pthreadSigmask(int how, MemorySegment set, MemorySegment old) {
        try {
            return -Math.abs((int) PTHREAD_SIGMASK.invokeExact(callState, how, set, old));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /// `void (*signal(int number, void (*handler)(int)))(int)`
    long signal(int number, long handler) {
        try {
            return (long) SIGNAL.invokeExact(callState, number, handler);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /// `char *getenv(const char *name)`: 0 where there is none.
    long getenv(MemorySegment name) {
        try {
            return (long) GETENV.invokeExact(callState, name);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /// `int setenv(const char *name, const char *value, int overwrite)`
    int setenv(MemorySegment name, long value, int overwrite) {
        try {
            return result((int) SETENV.invokeExact(callState, name, value, overwrite));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /// `int unsetenv(const char *name)`
    int unsetenv(MemorySegment name) {
        try {
            return result((int) UNSETENV.invokeExact(callState, name));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private int result(int returned) {
        return returned >= 0 ? returned : -Downcalls.errno(callState);
    }
}
