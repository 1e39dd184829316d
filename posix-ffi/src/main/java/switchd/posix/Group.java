package switchd.posix;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.OptionalInt;
import switchd.core.UsageException;

/// Groups by name. Names can be looked up only where the C library has `getgrnam`; numbers do
/// everywhere.
public final class Group {
    // struct group of glibc and of Darwin (grp.h): two pointers, then the number
    private static final long GID = 16;

    private static final MethodHandle GETGRNAM =
            Downcalls.linkOptional("getgrnam", FunctionDescriptor.of(Downcalls.POINTER, ADDRESS));

    private Group() {}

    /// The number of the group of this name, or with this number.
    ///
    /// @throws UsageException where there is none
    public static int named(String name) throws UsageException {
        OptionalInt number = Ids.parse(name);
        if (number.isPresent()) {
            return number.getAsInt();
        }
        try (Arena arena = Arena.ofConfined()) {
            long group = find(arena, name);
            if (group <= 0) {
                throw new UsageException(
                        "--group: there is no group '"
                                + name
                                + "': give a name that `getent group` knows, or a number");
            }
            return at(group).get(JAVA_INT, GID);
        }
    }

    private static long find(Arena arena, String name) {
        try {
            return (long)
                    GETGRNAM.invokeExact(
                            arena.allocate(Downcalls.CALL_STATE), arena.allocateFrom(name));
        } catch (Throwable t) {
            throw Downcalls.unexpected(t);
        }
    }

    @SuppressWarnings("restricted") // the C library's memory, until the next call
    private static MemorySegment at(long group) {
        return MemorySegment.ofAddress(group).reinterpret(GID + Integer.BYTES);
    }
}
