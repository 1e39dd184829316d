package switchd.daemon.doctor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import switchd.core.InterfaceKind;
import switchd.core.InterfaceName;
import switchd.core.MacAddress;
import switchd.daemon.doctor.Facts.Sighting;

/// Where Linux has seen hardware addresses.
final class Neighbours {
    /// `struct __fdb_entry` of `linux/if_bridge.h`: address, port, whether it is the host's own,
    /// and some more.
    private static final int ENTRY_BYTES = 16;

    private static final int PORT = 6;
    private static final int LOCAL = 7;
    private static final int PORT_HIGH = 12;

    private Neighbours() {}

    /// What a bridge has learned behind members that are no TAPs: the LAN.
    static List<Sighting> behind(
            LinuxFiles files, InterfaceName bridge, List<HostInterface> interfaces) {
        Map<Integer, String> ports = new HashMap<>();
        for (HostInterface member : interfaces) {
            if (member.bridge().equals(Optional.of(bridge)) && !member.isVmSide()) {
                String path = "/sys/class/net/%s/brport/port_no".formatted(member.name());
                files.read(path)
                        .filter(text -> text.matches("0x[0-9a-f]{1,4}"))
                        .ifPresent(text -> ports.put(Integer.decode(text), member.name().value()));
            }
        }
        List<Sighting> found = new ArrayList<>();
        byte[] table =
                files.bytes("/sys/class/net/%s/brforward".formatted(bridge)).orElse(new byte[0]);
        for (int at = 0; at + ENTRY_BYTES <= table.length; at += ENTRY_BYTES) {
            int port = octet(table, at + PORT) | octet(table, at + PORT_HIGH) << 8;
            String member = ports.get(port);
            if (member != null && table[at + LOCAL] == 0) {
                found.add(new Sighting(address(table, at), member));
            }
        }
        return List.copyOf(found);
    }

    /// What answered ARP on interfaces that are no bridges: VMs live in those.
    static List<Sighting> inArpTable(LinuxFiles files, List<HostInterface> interfaces) {
        List<Sighting> found = new ArrayList<>();
        files.read("/proc/net/arp")
                .orElse("")
                .lines()
                .skip(1)
                .forEach(line -> {
                    String[] columns = line.strip().split("\\s+", -1);
                    if (columns.length == 6 && isDirect(columns[5], interfaces)) {
                        try {
                            MacAddress address = MacAddress.parse(columns[3]);
                            if (address.value() != 0) {
                                found.add(new Sighting(address, columns[5]));
                            }
                        } catch (IllegalArgumentException _) {
                            return; // no Ethernet
                        }
                    }
                });
        return List.copyOf(found);
    }

    private static boolean isDirect(String name, List<HostInterface> interfaces) {
        return interfaces.stream()
                .anyMatch(found ->
                        found.name().value().equals(name) && found.kind() != InterfaceKind.BRIDGE);
    }

    private static MacAddress address(byte[] table, int at) {
        long value = 0;
        for (int i = 0; i < PORT; i++) {
            value = value << 8 | octet(table, at + i);
        }
        return new MacAddress(value);
    }

    private static int octet(byte[] table, int at) {
        return Byte.toUnsignedInt(table[at]);
    }
}
