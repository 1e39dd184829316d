package switchd.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.util.Arrays;
import java.util.function.Consumer;

/// A writer of rtnetlink requests: `struct nlmsghdr`, one struct of the request's kind, attributes;
/// each on a boundary of four bytes, numbers in the machine's order (`man 7 netlink`).
final class NetlinkMessage {
    /// `struct nlmsghdr`
    static final StructLayout HEADER =
            MemoryLayout.structLayout(
                    JAVA_INT.withName("nlmsg_len"),
                    JAVA_SHORT.withName("nlmsg_type"),
                    JAVA_SHORT.withName("nlmsg_flags"),
                    JAVA_INT.withName("nlmsg_seq"),
                    JAVA_INT.withName("nlmsg_pid"));

    /// `struct ifinfomsg`
    static final StructLayout LINK =
            MemoryLayout.structLayout(
                    JAVA_BYTE.withName("ifi_family"),
                    MemoryLayout.paddingLayout(1),
                    JAVA_SHORT.withName("ifi_type"),
                    JAVA_INT.withName("ifi_index"),
                    JAVA_INT.withName("ifi_flags"),
                    JAVA_INT.withName("ifi_change"));

    /// `struct ifaddrmsg`
    static final StructLayout ADDRESS =
            MemoryLayout.structLayout(
                    JAVA_BYTE.withName("ifa_family"),
                    JAVA_BYTE.withName("ifa_prefixlen"),
                    JAVA_BYTE.withName("ifa_flags"),
                    JAVA_BYTE.withName("ifa_scope"),
                    JAVA_INT.withName("ifa_index"));

    /// `struct rtattr`
    static final StructLayout ATTRIBUTE =
            MemoryLayout.structLayout(
                    JAVA_SHORT.withName("rta_len"), JAVA_SHORT.withName("rta_type"));

    /// `struct sockaddr_nl`
    static final StructLayout SOCKET_ADDRESS =
            MemoryLayout.structLayout(
                    JAVA_SHORT.withName("nl_family"),
                    MemoryLayout.paddingLayout(2),
                    JAVA_INT.withName("nl_pid"),
                    JAVA_INT.withName("nl_groups"));

    private static final int CAPACITY = 1024;
    private static final long SEQUENCE = 8;

    private final MemorySegment memory;
    private int length = (int) HEADER.byteSize();

    private NetlinkMessage(Arena arena, int type, int flags) {
        memory = arena.allocate(CAPACITY, Long.BYTES);
        memory.set(JAVA_SHORT, 4, (short) type);
        memory.set(JAVA_SHORT, 6, (short) (NetlinkConstants.NLM_F_REQUEST | flags));
    }

    /// The address of a socket whose number the kernel chooses, and which hears `groups`.
    static MemorySegment address(Arena arena, int groups) {
        MemorySegment address = arena.allocate(SOCKET_ADDRESS);
        address.set(JAVA_SHORT, 0, (short) LinuxConstants.AF_NETLINK);
        address.set(JAVA_INT, 8, groups);
        return address;
    }

    /// A request about links, with `struct ifinfomsg`.
    ///
    /// @param index the link; 0 where an attribute names it
    /// @param linkFlags the `IFF_` flags to set
    static NetlinkMessage aboutLink(Arena arena, int type, int flags, int index, int linkFlags) {
        NetlinkMessage message = new NetlinkMessage(arena, type, flags);
        message.linkHeader(index, linkFlags);
        return message;
    }

    /// As [#aboutLink], of one address family's side of the link.
    static NetlinkMessage aboutLinkOf(Arena arena, int family, int type, int flags, int index) {
        NetlinkMessage message = aboutLink(arena, type, flags, index, 0);
        message.memory.set(JAVA_BYTE, HEADER.byteSize(), (byte) family);
        return message;
    }

    /// A request about addresses, with `struct ifaddrmsg`.
    static NetlinkMessage aboutAddress(
            Arena arena, int type, int flags, int family, int prefixLength, int index) {
        NetlinkMessage message = new NetlinkMessage(arena, type, flags);
        int at = message.extend((int) ADDRESS.byteSize());
        message.memory.set(JAVA_BYTE, at, (byte) family);
        message.memory.set(JAVA_BYTE, at + 1, (byte) prefixLength);
        // No duplicate address detection: these are networks of our own making.
        message.memory.set(JAVA_BYTE, at + 2, (byte) NetlinkConstants.IFA_F_NODAD);
        message.memory.set(JAVA_INT, at + 4, index);
        return message;
    }

    /// Adds a `struct ifinfomsg`: at the beginning, and where a veth's peer is described.
    NetlinkMessage linkHeader(int index, int linkFlags) {
        int at = extend((int) LINK.byteSize());
        memory.set(JAVA_INT, at + 4, index);
        memory.set(JAVA_INT, at + 8, linkFlags);
        memory.set(JAVA_INT, at + 12, linkFlags);
        return this;
    }

    /// Adds an attribute of 32 bits.
    NetlinkMessage number(int type, int value) {
        int at = attribute(type, Integer.BYTES);
        memory.set(JAVA_INT, at, value);
        return this;
    }

    /// Adds an attribute of 8 bits.
    NetlinkMessage octet(int type, int value) {
        return bytes(type, new byte[] {(byte) value});
    }

    /// Adds a C string.
    NetlinkMessage text(int type, String value) {
        byte[] bytes = value.getBytes(UTF_8);
        return bytes(type, Arrays.copyOf(bytes, bytes.length + 1));
    }

    /// Adds an attribute as it is.
    NetlinkMessage bytes(int type, byte[] value) {
        int at = attribute(type, value.length);
        MemorySegment.copy(value, 0, memory, JAVA_BYTE, at, value.length);
        return this;
    }

    /// Adds an attribute that holds what `content` adds.
    NetlinkMessage nested(int type, Consumer<NetlinkMessage> content) {
        int at = attribute(type | NetlinkConstants.NLA_F_NESTED, 0);
        int start = at - (int) ATTRIBUTE.byteSize();
        content.accept(this);
        memory.set(JAVA_SHORT, start, (short) (length - start));
        return this;
    }

    /// The request, to be sent.
    MemorySegment finish(int sequence) {
        memory.set(JAVA_INT, 0, length);
        memory.set(JAVA_INT, SEQUENCE, sequence);
        return memory.asSlice(0, length);
    }

    /// Adds a header of an attribute and room for its value.
    private int attribute(int type, int valueBytes) {
        int header = (int) ATTRIBUTE.byteSize();
        int at = extend(header + valueBytes);
        memory.set(JAVA_SHORT, at, (short) (header + valueBytes));
        memory.set(JAVA_SHORT, at + 2, (short) type);
        return at + header;
    }

    private int extend(int bytes) {
        int at = length;
        length = at + (bytes + 3 & -4);
        return at;
    }
}
