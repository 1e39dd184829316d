package switchd.darwin;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static switchd.fuzz.Check.that;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import switchd.core.SyscallException;
import switchd.fuzz.Input;
import switchd.fuzz.Kernels;

/// Darwin's list of interfaces and their addresses (`sockaddr_dl`, `sockaddr_in`): nothing behind
/// the length that an address tells of itself changes what is read.
public final class InterfacesFuzz {
    private static final int ROOM = 256;

    private InterfacesFuzz() {}

    public static void fuzzerTestOneInput(byte[] bytes) throws SyscallException {
        List<Interfaces.Entry> entries = Interfaces.list(kernel(bytes, 0));
        that(entries.equals(Interfaces.list(kernel(bytes, 0xff))), "what lies behind is read");
        Set<Integer> ours = new HashSet<>(Interfaces.ipv4(kernel(bytes, 0)));
        that(ours.equals(new HashSet<>(Interfaces.ipv4(kernel(bytes, 0)))), "other addresses");
    }

    private static Darwin kernel(byte[] bytes, int behind) {
        Arena arena = Arena.ofConfined();
        return Kernels.of(
                Darwin.class,
                Map.of(
                        "getifaddrs",
                        arguments -> {
                            MemorySegment head = (MemorySegment) arguments[0];
                            head.set(ADDRESS, 0, list(arena, new Input(bytes), behind));
                            return 0;
                        },
                        "freeifaddrs",
                        _ -> {
                            arena.close();
                            return null;
                        }));
    }

    private static MemorySegment list(Arena arena, Input input, int behind) {
        MemorySegment next = MemorySegment.NULL;
        while (!input.isEmpty()) {
            MemorySegment entry = arena.allocate(Structs.IFADDRS);
            MemorySegment name = arena.allocate(Structs.IFNAMSIZ);
            byte[] letters = input.take(input.octet() % Structs.IFNAMSIZ);
            MemorySegment.copy(letters, 0, name, JAVA_BYTE, 0, letters.length);
            int length = input.octet();
            MemorySegment address = arena.allocate(ROOM, Long.BYTES);
            address.fill((byte) behind);
            byte[] octets = input.take(length);
            // No address is shorter than a struct sockaddr.
            address.asSlice(0, Math.max(16, length)).fill((byte) 0);
            MemorySegment.copy(octets, 0, address, JAVA_BYTE, 0, octets.length);
            address.set(JAVA_BYTE, 0, (byte) Math.max(16, length));
            entry.set(ADDRESS, Structs.offset(Structs.IFADDRS, "ifa_next"), next);
            entry.set(ADDRESS, Structs.offset(Structs.IFADDRS, "ifa_name"), name);
            entry.set(JAVA_INT, Structs.offset(Structs.IFADDRS, "ifa_flags"), length);
            if (length > 0) {
                entry.set(ADDRESS, Structs.offset(Structs.IFADDRS, "ifa_addr"), address);
            }
            next = entry;
        }
        return next;
    }
}
