package switchd.darwin.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The lists that `getifaddrs` makes: of every interface its `AF_LINK` entry.
final class FakeIfaddrs {
    private static final int ADDRESS_BYTES = 20;

    private final Map<Long, Arena> lists = new HashMap<>();

    /// Lists that nobody has freed.
    int unfreed() {
        return lists.size();
    }

    MemorySegment list(FakeInterfaces interfaces) {
        Arena arena = Arena.ofShared();
        MemorySegment first = MemorySegment.NULL;
        for (FakeInterface each : List.copyOf(interfaces.all()).reversed()) {
            first = entry(arena, each, first);
        }
        lists.put(first.address(), arena);
        return first;
    }

    void free(MemorySegment list) {
        Arena arena = lists.remove(list.address());
        if (arena == null) {
            throw new AssertionError("freeifaddrs of what getifaddrs did not give");
        }
        arena.close();
    }

    private static MemorySegment entry(Arena arena, FakeInterface of, MemorySegment next) {
        AbiStruct data = new AbiStruct("if_data", arena.allocate(Abi.size("if_data"), 8));
        data.setByte(of.type(), "ifi_type").setInt(of.mtu, "ifi_mtu");
        MemorySegment entry = arena.allocate(Abi.size("ifaddrs"), 8);
        new AbiStruct("ifaddrs", entry)
                .setLong(next.address(), "ifa_next")
                .setLong(arena.allocateFrom(of.name()).address(), "ifa_name")
                .setInt(of.flags & 0xffff, "ifa_flags")
                .setLong(address(arena, of).address(), "ifa_addr")
                .setLong(data.memory().address(), "ifa_data");
        return entry;
    }

    /// What the interface looks like to its protocols: a bridge is an Ethernet.
    private static int linkType(FakeInterface of) {
        return of instanceof FakeBridge ? (int) Abi.constant("IFT_ETHER") : of.type();
    }

    /// The name and the hardware address follow the header, as far as they go.
    private static MemorySegment address(Arena arena, FakeInterface of) {
        byte[] name = of.name().getBytes(US_ASCII);
        int data = Abi.offset("sockaddr_dl", "sdl_data");
        int length = Math.max(ADDRESS_BYTES, data + name.length + of.lladdr.length);
        MemorySegment memory = arena.allocate(length, 8);
        new AbiStruct("sockaddr_dl", memory)
                .setByte(length, "sdl_len")
                .setByte((int) Abi.constant("AF_LINK"), "sdl_family")
                .setShort(of.index, "sdl_index")
                .setByte(linkType(of), "sdl_type")
                .setByte(name.length, "sdl_nlen")
                .setByte(of.lladdr.length, "sdl_alen");
        MemorySegment.copy(MemorySegment.ofArray(name), 0, memory, data, name.length);
        MemorySegment.copy(
                MemorySegment.ofArray(of.lladdr), 0, memory, data + name.length, of.lladdr.length);
        return memory;
    }
}
