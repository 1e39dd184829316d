package switchd.darwin;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import switchd.core.InterfaceName;
import switchd.core.MacAddress;
import switchd.core.SyscallException;
import switchd.posix.Downcalls;

/// The interfaces that there are.
public final class Interfaces {
    private static final AddressLayout ENTRY = Downcalls.pointerTo(Structs.IFADDRS);
    private static final AddressLayout NAME = bytes(Structs.IFNAMSIZ);

    /// A `struct sockaddr_dl` may be longer than its declaration: `sdl_len` tells, in one byte.
    private static final AddressLayout ADDRESS_OF_ANY_LENGTH = bytes(0xff);

    private static final long NEXT = Structs.offset(Structs.IFADDRS, "ifa_next");
    private static final long NAME_AT = Structs.offset(Structs.IFADDRS, "ifa_name");
    private static final long FLAGS = Structs.offset(Structs.IFADDRS, "ifa_flags");
    private static final long ADDRESS_AT = Structs.offset(Structs.IFADDRS, "ifa_addr");
    private static final long LINK_FAMILY = Structs.offset(Structs.SOCKADDR_DL, "sdl_family");
    private static final long NAME_BYTES = Structs.offset(Structs.SOCKADDR_DL, "sdl_nlen");
    private static final long OCTETS = Structs.offset(Structs.SOCKADDR_DL, "sdl_alen");
    private static final long LINK_DATA = Structs.offset(Structs.SOCKADDR_DL, "sdl_data");
    private static final int MAC_OCTETS = 6;
    private static final long IPV4_AT = Structs.offset(Structs.SOCKADDR_IN, "sin_addr");
    private static final ValueLayout.OfInt NUMBER =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private Interfaces() {}

    /// One interface.
    ///
    /// @param flags the `IFF_` bits
    /// @param address where it has one of 48 bits
    public record Entry(InterfaceName name, int flags, Optional<MacAddress> address) {}

    /// All of them, each once.
    ///
    /// @throws SyscallException where the kernel does not tell
    public static List<Entry> list(Darwin darwin) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment head = arena.allocate(ADDRESS);
            SyscallException.check("getifaddrs()", darwin.getifaddrs(head));
            MemorySegment list = head.get(ENTRY, 0);
            try {
                return read(list);
            } finally {
                darwin.freeifaddrs(list);
            }
        }
    }

    /// The IPv4 addresses of all of them, the first octet in the highest bits.
    ///
    /// @throws SyscallException where the kernel does not tell
    public static List<Integer> ipv4(Darwin darwin) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment head = arena.allocate(ADDRESS);
            SyscallException.check("getifaddrs()", darwin.getifaddrs(head));
            MemorySegment list = head.get(ENTRY, 0);
            List<Integer> addresses = new ArrayList<>();
            try {
                for (MemorySegment at = list; at.address() != 0; at = at.get(ENTRY, NEXT)) {
                    MemorySegment address = at.get(ADDRESS_OF_ANY_LENGTH, ADDRESS_AT);
                    if (address.address() != 0
                            && octet(address, LINK_FAMILY) == DarwinConstants.AF_INET) {
                        addresses.add(address.get(NUMBER, IPV4_AT));
                    }
                }
                return List.copyOf(addresses);
            } finally {
                darwin.freeifaddrs(list);
            }
        }
    }

    /// Every interface has one entry of family AF_LINK, and one for each other address.
    private static List<Entry> read(MemorySegment list) {
        List<Entry> entries = new ArrayList<>();
        MemorySegment at = list;
        while (at.address() != 0) {
            MemorySegment address = at.get(ADDRESS_OF_ANY_LENGTH, ADDRESS_AT);
            if (address.address() != 0 && octet(address, LINK_FAMILY) == DarwinConstants.AF_LINK) {
                int flags = at.get(JAVA_INT, FLAGS);
                Optional<MacAddress> mac = mac(address);
                name(at).ifPresent(name -> entries.add(new Entry(name, flags, mac)));
            }
            at = at.get(ENTRY, NEXT);
        }
        return List.copyOf(entries);
    }

    /// An interface whose name we could not write is none for us.
    private static Optional<InterfaceName> name(MemorySegment entry) {
        try {
            return Optional.of(new InterfaceName(entry.get(NAME, NAME_AT).getString(0, UTF_8)));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static Optional<MacAddress> mac(MemorySegment link) {
        long begin = LINK_DATA + octet(link, NAME_BYTES);
        if (octet(link, OCTETS) != MAC_OCTETS || begin + MAC_OCTETS > octet(link, 0)) {
            return Optional.empty();
        }
        long value = 0;
        for (int i = 0; i < MAC_OCTETS; i++) {
            value = value << 8 | octet(link, begin + i);
        }
        return Optional.of(new MacAddress(value));
    }

    private static int octet(MemorySegment segment, long offset) {
        return Byte.toUnsignedInt(segment.get(JAVA_BYTE, offset));
    }

    private static AddressLayout bytes(int count) {
        return Downcalls.pointerTo(MemoryLayout.sequenceLayout(count, JAVA_BYTE));
    }
}
