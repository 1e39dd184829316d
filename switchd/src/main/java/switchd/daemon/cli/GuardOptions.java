package switchd.daemon.cli;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/// What a new port's VM may do: as the keys of a port in the configuration. The daemon judges the
/// values.
final class GuardOptions {
    @ArgGroup private @Nullable Vlans vlans;

    @Option(
            names = "--uplink-only",
            description =
                    "Exchange frames with the uplink only, and with no other port (`isolated` of the"
                            + " configuration).")
    private boolean uplinkOnly;

    @Option(
            names = "--talk-group",
            paramLabel = "NAME",
            split = ",",
            description =
                    "Of the other ports, exchange frames only with those that share such a group."
                            + " May be given several times.")
    private @Nullable List<String> talkGroups;

    @Option(
            names = "--ip-guard",
            paramLabel = "ADDRESS",
            split = ",",
            description =
                    "IP addresses that the VM may send from: dhcp for those that the LAN gives it,"
                            + " off for any, or these.")
    private @Nullable List<String> ips;

    @Option(
            names = "--group-frames",
            paramLabel = "COUNT",
            description = "Broadcasts and multicasts a second from the VM.")
    private @Nullable Integer groupFrames;

    @Option(
            names = "--new-addresses",
            paramLabel = "COUNT",
            description = "New source addresses a second from the VM.")
    private @Nullable Integer newAddresses;

    @Option(
            names = "--addresses",
            paramLabel = "COUNT",
            description = "Source addresses that the VM may use at a time.")
    private @Nullable Integer addresses;

    @Option(
            names = "--to-lan-rate",
            paramLabel = "RATE",
            description = "Bits a second that the VM may send, as 100Mbit.")
    private @Nullable String toLanRate;

    @Option(
            names = "--to-vm-rate",
            paramLabel = "RATE",
            description = "Bits a second that the VM may be sent.")
    private @Nullable String toVmRate;

    @Option(
            names = "--burst",
            paramLabel = "BYTES",
            description = "What may exceed these two at once.")
    private @Nullable Integer burst;

    @Option(
            names = "--allow-protocol",
            paramLabel = "stp|pause|lacp|eapol|lldp|cdp|mvrp|reserved",
            split = ",",
            description =
                    "A protocol of bridges and links that the VM may speak. May be given several"
                            + " times.")
    private @Nullable List<String> allowed;

    /// One VLAN, or several.
    static final class Vlans {
        @Option(
                names = "--vlan",
                paramLabel = "VLAN",
                description = "Its VLAN: tagged on the network, untagged at the VM.")
        private @Nullable Integer access;

        @Option(
                names = "--trunk",
                paramLabel = "VLAN",
                split = ",",
                description = "Its VLANs, tagged on both sides; 0 for untagged frames.")
        private @Nullable List<Integer> trunk;
    }

    /// `dhcp` and `off` stand alone.
    private static @Nullable Object words(@Nullable List<String> ips) {
        if (ips == null || ips.size() > 1 || ips.getFirst().matches(".*[.:].*")) {
            return ips;
        }
        return ips.getFirst();
    }

    boolean isUplinkOnly() {
        return uplinkOnly;
    }

    /// Adds what was given to a request.
    void into(Map<String, Object> request) {
        if (vlans != null) {
            NetworkChoice.put(request, "vlan", vlans.access == null ? vlans.trunk : vlans.access);
        }
        if (uplinkOnly) {
            request.put("isolated", true);
        }
        NetworkChoice.put(request, "talkGroups", talkGroups);
        NetworkChoice.put(request, "ipGuard", words(ips));
        Map<String, Object> guards = new TreeMap<>();
        NetworkChoice.put(guards, "groupFrames", groupFrames);
        NetworkChoice.put(guards, "newAddresses", newAddresses);
        NetworkChoice.put(guards, "addresses", addresses);
        NetworkChoice.put(guards, "toLanRate", toLanRate);
        NetworkChoice.put(guards, "toVmRate", toVmRate);
        NetworkChoice.put(guards, "burst", burst);
        NetworkChoice.put(guards, "allowProtocols", allowed);
        if (!guards.isEmpty()) {
            request.put("guards", guards);
        }
    }
}
