package switchd.launchd;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static switchd.posix.Downcalls.linkOptional;
import static switchd.posix.Downcalls.linkWithoutErrno;
import static switchd.posix.Downcalls.unexpected;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import switchd.posix.Downcalls;

/// [LaunchCalls] on the running C library. One instance a thread: the saved error number is its
/// own.
public final class NativeLaunch implements LaunchCalls {
    private static final MethodHandle LAUNCH_ACTIVATE_SOCKET =
            linkOptional(
                    "launch_activate_socket",
                    FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS));
    private static final MethodHandle FREE =
            linkWithoutErrno("free", FunctionDescriptor.ofVoid(ADDRESS));
    private static final MethodHandle UNSETENV =
            linkOptional("unsetenv", FunctionDescriptor.of(JAVA_INT, ADDRESS));

    private final MemorySegment callState;

    /// @param arena of the thread that uses this instance
    public NativeLaunch(Arena arena) {
        callState = arena.allocate(Downcalls.CALL_STATE);
    }

    @Override
    public int launch_activate_socket(MemorySegment name, MemorySegment fds, MemorySegment count) {
        try {
            int error = (int) LAUNCH_ACTIVATE_SOCKET.invokeExact(callState, name, fds, count);
            return error >= 0 ? error : Downcalls.errno(callState);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public void free(MemorySegment memory) {
        try {
            FREE.invokeExact(memory);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int unsetenv(MemorySegment name) {
        try {
            int result = (int) UNSETENV.invokeExact(callState, name);
            return result >= 0 ? result : -Downcalls.errno(callState);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }
}
