package switchd.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import switchd.core.InterfaceName;

/// `struct ifreq` (Linux `include/uapi/linux/if.h`): an interface's name, and a union of what is
/// asked of it.
final class InterfaceRequest {
    static final StructLayout LAYOUT =
            MemoryLayout.structLayout(
                    MemoryLayout.sequenceLayout(InterfaceName.MAX_LENGTH + 1, JAVA_BYTE)
                            .withName("ifr_name"),
                    ADDRESS.withName("ifr_data"),
                    MemoryLayout.paddingLayout(16));

    /// Where the union begins.
    private static final long UNION = InterfaceName.MAX_LENGTH + 1;

    private InterfaceRequest() {}

    /// A request with `ifr_flags`.
    ///
    /// @param name at most 15 ASCII characters
    static MemorySegment withFlags(Arena arena, String name, int flags) {
        MemorySegment request = named(arena, name);
        request.set(JAVA_SHORT, UNION, (short) flags);
        return request;
    }

    /// A request with `ifr_data`.
    static MemorySegment withData(Arena arena, String name, MemorySegment data) {
        MemorySegment request = named(arena, name);
        request.set(ADDRESS, UNION, data);
        return request;
    }

    /// The name in a request, as the kernel may have completed it.
    static String name(MemorySegment request) {
        return request.getString(0, US_ASCII);
    }

    private static MemorySegment named(Arena arena, String name) {
        byte[] bytes = name.getBytes(US_ASCII);
        if (bytes.length > InterfaceName.MAX_LENGTH) {
            throw new IllegalArgumentException("too long for an interface: " + name);
        }
        MemorySegment request = arena.allocate(LAYOUT);
        MemorySegment.copy(bytes, 0, request, JAVA_BYTE, 0, bytes.length);
        return request;
    }
}
