package switchd.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import switchd.posix.Downcalls;

/// Takes all capabilities from this thread (`man 2 capset`), for good; threads that it starts have
/// none either.
final class Capabilities {
    /// `_LINUX_CAPABILITY_VERSION_3`
    private static final int VERSION = 0x20080522;

    private static final MethodHandle CAPSET =
            Downcalls.linkWithoutErrno("capset", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));

    private Capabilities() {}

    static void drop() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment header = arena.allocateFrom(JAVA_INT, VERSION, 0);
            MemorySegment none = arena.allocate(JAVA_INT, 6);
            if ((int) CAPSET.invokeExact(header, none) != 0) {
                throw new IllegalStateException("capset failed");
            }
        } catch (Throwable t) {
            throw new IllegalStateException(t);
        }
    }
}
