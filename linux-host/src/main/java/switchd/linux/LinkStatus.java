package switchd.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;
import static java.nio.charset.StandardCharsets.UTF_8;
import static switchd.linux.NetlinkConstants.IFLA_ADDRESS;
import static switchd.linux.NetlinkConstants.IFLA_BRPORT_ISOLATED;
import static switchd.linux.NetlinkConstants.IFLA_IFNAME;
import static switchd.linux.NetlinkConstants.IFLA_INFO_KIND;
import static switchd.linux.NetlinkConstants.IFLA_INFO_SLAVE_DATA;
import static switchd.linux.NetlinkConstants.IFLA_LINKINFO;
import static switchd.linux.NetlinkConstants.IFLA_MASTER;
import static switchd.linux.NetlinkConstants.IFLA_MTU;
import static switchd.linux.NetlinkConstants.NLA_F_NESTED;

import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import switchd.core.InterfaceKind;
import switchd.core.InterfaceName;
import switchd.core.LanMember;
import switchd.core.MacAddress;

/// What the kernel tells of an interface.
///
/// @param index its number; another interface of the same name has another one
/// @param name its name
/// @param type what it carries: an `ARPHRD_` constant
/// @param flags `IFF_` flags
/// @param mtu bytes of payload that a frame carries
/// @param master the index of the bridge that it is a member of, or of its bond; 0 without
/// @param kind what made it (`bridge`, `veth`, `tun`); empty for hardware
/// @param address its hardware address; zero where it has none of six octets
/// @param isolated true for a member to which its bridge passes nothing from other isolated ones
public record LinkStatus(
        int index,
        String name,
        int type,
        int flags,
        int mtu,
        int master,
        String kind,
        MacAddress address,
        boolean isolated) {

    /// True for a bridge of the kernel.
    public boolean isBridge() {
        return kind.equals("bridge");
    }

    /// True where it is administratively up; a cable need not be there.
    public boolean isUp() {
        return (flags & LinuxConstants.IFF_UP) != 0;
    }

    /// True where it carries Ethernet frames.
    public boolean isEthernet() {
        return type == LinuxConstants.ARPHRD_ETHER;
    }

    /// What it is.
    public InterfaceKind interfaceKind() {
        if (!isEthernet()) {
            return InterfaceKind.OTHER;
        }
        return switch (kind) {
            case "" -> isWireless() ? InterfaceKind.WIFI : InterfaceKind.ETHERNET;
            case "tun" -> InterfaceKind.TAP;
            case "veth" -> InterfaceKind.VETH;
            case "vlan" -> InterfaceKind.VLAN;
            case "bond", "team" -> InterfaceKind.BOND;
            case "bridge" -> InterfaceKind.BRIDGE;
            default -> InterfaceKind.OTHER;
        };
    }

    /// As a place where a LAN's frames pass; empty where its name is none that we can write. Linux
    /// translates no hardware addresses.
    public Stream<LanMember> asMember() {
        return validName().map(valid -> new LanMember(valid, interfaceKind(), mtu, isUp(), false));
    }

    /// Its name; empty where it is none that we can write, as Linux allows nearly every byte.
    Stream<InterfaceName> validName() {
        try {
            return Stream.of(new InterfaceName(name));
        } catch (IllegalArgumentException _) {
            return Stream.empty();
        }
    }

    /// Rtnetlink does not tell; every driver of Wi-Fi has one of these.
    private boolean isWireless() {
        Path device = Path.of("/sys/class/net", name);
        return Files.exists(device.resolve("phy80211")) || Files.exists(device.resolve("wireless"));
    }

    /// Reads the payload of a `RTM_NEWLINK`: a `struct ifinfomsg` and attributes.
    static LinkStatus read(MemorySegment payload) {
        Attributes found = new Attributes();
        found.read(payload.asSlice(NetlinkMessage.LINK.byteSize()));
        return new LinkStatus(
                payload.get(JAVA_INT_UNALIGNED, 4),
                found.name,
                Short.toUnsignedInt(payload.get(JAVA_SHORT_UNALIGNED, 2)),
                payload.get(JAVA_INT_UNALIGNED, 8),
                found.mtu,
                found.master,
                found.kind,
                found.address,
                found.isolated);
    }

    /// The few attributes that count here.
    private static final class Attributes {
        private static final int HEADER_BYTES = (int) NetlinkMessage.ATTRIBUTE.byteSize();

        private String name = "";
        private String kind = "";
        private int mtu;
        private int master;
        private MacAddress address = new MacAddress(0);
        private boolean isolated;

        void read(MemorySegment attributes) {
            each(attributes, this::take);
        }

        private static void each(
                MemorySegment attributes, BiConsumer<Integer, MemorySegment> taker) {
            long at = 0;
            while (at + HEADER_BYTES <= attributes.byteSize()) {
                int length = Short.toUnsignedInt(attributes.get(JAVA_SHORT_UNALIGNED, at));
                if (length < HEADER_BYTES || length > attributes.byteSize() - at) {
                    return;
                }
                int type = attributes.get(JAVA_SHORT_UNALIGNED, at + 2) & ~NLA_F_NESTED;
                taker.accept(type, attributes.asSlice(at + HEADER_BYTES, length - HEADER_BYTES));
                at += length + 3 & -4;
            }
        }

        private void take(Integer type, MemorySegment value) {
            switch (type) {
                case IFLA_IFNAME -> name = text(value);
                case IFLA_MTU -> mtu = number(value);
                case IFLA_MASTER -> master = number(value);
                case IFLA_ADDRESS -> address = address(value);
                case IFLA_LINKINFO -> each(value, this::takeKind);
                default -> {}
            }
        }

        private void takeKind(Integer type, MemorySegment value) {
            switch (type) {
                case IFLA_INFO_KIND -> kind = text(value);
                case IFLA_INFO_SLAVE_DATA -> each(value, this::takeMember);
                default -> {}
            }
        }

        private void takeMember(Integer type, MemorySegment value) {
            if (type == IFLA_BRPORT_ISOLATED && value.byteSize() > 0) {
                isolated = value.get(JAVA_BYTE, 0) != 0;
            }
        }

        /// Up to the final NUL, which the kernel always writes.
        private static String text(MemorySegment value) {
            byte[] bytes = value.toArray(JAVA_BYTE);
            int length = 0;
            while (length < bytes.length && bytes[length] != 0) {
                length++;
            }
            return new String(bytes, 0, length, UTF_8);
        }

        private static int number(MemorySegment value) {
            return value.byteSize() < Integer.BYTES ? 0 : value.get(JAVA_INT_UNALIGNED, 0);
        }

        private static MacAddress address(MemorySegment value) {
            if (value.byteSize() != 6) {
                return new MacAddress(0);
            }
            long bits = 0;
            for (int i = 0; i < 6; i++) {
                bits = bits << 8 | Byte.toUnsignedLong(value.get(JAVA_BYTE, i));
            }
            return new MacAddress(bits);
        }
    }
}
