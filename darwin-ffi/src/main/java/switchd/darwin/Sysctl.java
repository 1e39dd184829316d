package switchd.darwin;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.OptionalInt;
import switchd.core.Errno;
import switchd.core.SyscallException;

/// The kernel's settings, as the command `sysctl` shows them.
public final class Sysctl {
    private static final long LONGEST_TEXT = 512;

    private Sysctl() {}

    /// A setting that is an `int`.
    ///
    /// @param name like `net.link.fake.max_mtu`
    /// @return empty where this kernel has no such setting
    public static OptionalInt readInt(Darwin darwin, String name) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(JAVA_INT);
            MemorySegment length = arena.allocateFrom(JAVA_LONG, Integer.BYTES);
            int result =
                    darwin.sysctlbyname(
                            arena.allocateFrom(name), value, length, MemorySegment.NULL, 0);
            if (Errno.ENOENT.is(result)) {
                return OptionalInt.empty();
            }
            SyscallException.check("sysctlbyname(" + name + ")", result);
            return OptionalInt.of(value.get(JAVA_INT, 0));
        }
    }

    /// A setting that is a text.
    ///
    /// @param name like `kern.version`
    /// @return empty where this kernel has no such setting
    public static Optional<String> readText(Darwin darwin, String name) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(LONGEST_TEXT);
            MemorySegment length = arena.allocateFrom(JAVA_LONG, LONGEST_TEXT - 1);
            int result =
                    darwin.sysctlbyname(
                            arena.allocateFrom(name), value, length, MemorySegment.NULL, 0);
            if (Errno.ENOENT.is(result)) {
                return Optional.empty();
            }
            SyscallException.check("sysctlbyname(" + name + ")", result);
            return Optional.of(value.getString(0));
        }
    }
}
