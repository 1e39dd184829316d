package switchd.daemon.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;
import switchd.core.IpPolicy;
import switchd.core.VlanPolicy;
import tools.jackson.databind.annotation.JsonDeserialize;

/// One network of a configuration file.
public record NetworkConfig(
        @Key(
                        value = "Names the network, for its ports and in reports.",
                        required = true,
                        pattern = Forms.NETWORK,
                        form = "a name of 1 to 32 letters, digits, dots, dashes and underscores",
                        example = "\"lan\"")
                @Nullable String name,
        @Key(
                        value =
                                "What carries the frames. `bridge`: a bridge of the host."
                                        + " `interface`: the LAN behind a NIC, without a bridge; the"
                                        + " host itself and the VMs cannot reach each other there."
                                        + " `isolated`: the ports among themselves.",
                        required = true,
                        example = "\"bridge\"")
                @Nullable Kind kind,
        @Key(
                        value = "The bridge. Kind `bridge` needs it, the others refuse it.",
                        pattern = Forms.INTERFACE,
                        form = "the name of an interface, of 1 to 15 characters,",
                        example = "\"br0\"")
                @Nullable String bridge,
        @JsonProperty("interface")
                @Key(
                        value = "The NIC. Kind `interface` needs it, the others refuse it.",
                        pattern = Forms.INTERFACE,
                        form = "the name of an interface, of 1 to 15 characters,",
                        example = "\"eth0\"")
                @Nullable String nic,
        @Key(
                        value =
                                "Whether the bridge is made where there is none; it is removed at"
                                        + " the end then. Kind `bridge` only. Default: false.",
                        example = "true")
                @Nullable Boolean create,
        @Key(
                        value =
                                "Whether interfaces that are members of the bridge at the start are"
                                        + " put back when the bridge loses them and they are in no"
                                        + " other; otherwise that is told only. Kind `bridge` only."
                                        + " Default: false.",
                        example = "true")
                @Nullable Boolean keepMembers,
        @Key(
                        value =
                                "Whether the kernel may hand over several segments in one piece and"
                                        + " leave checksums to switchd, which cuts and finishes them;"
                                        + " the VMs see no difference. Kind `bridge` only, under"
                                        + " Linux. Default: true.",
                        example = "false")
                @Nullable Boolean offload,
        @Key(
                        value =
                                "MTU that the VMs use, in bytes; refused where the bridge or NIC"
                                        + " has another. Default: that of the bridge or NIC; 1500 on an"
                                        + " isolated network.",
                        min = 68,
                        max = 65_535,
                        example = "1500")
                @Nullable Integer mtu,
        @Key(
                        value =
                                "Whether the ports exchange frames with the uplink only, where they"
                                        + " say nothing else. Default: false.",
                        example = "true")
                @Nullable Boolean isolated,
        @JsonDeserialize(using = VlanReader.class)
                @Key(
                        value =
                                "VLANs of the ports that name none of their own, as there. Default: everything passes as it is, tagged or not; on kind `interface` under Linux, untagged frames only.",
                        example = "20")
                @Nullable VlanPolicy vlan,
        @JsonDeserialize(using = IpReader.class)
                @Key(
                        value =
                                "IP addresses that the VMs may send from, where their ports say nothing else, as there. Default: `off`.",
                        example = "\"dhcp\"")
                @Nullable IpPolicy ipGuard,
        @Key("Limits and protocols of the VMs, where their ports say nothing else.")
                @Nullable GuardConfig guards) {
    /// What carries a network's frames.
    public enum Kind {
        BRIDGE,
        INTERFACE,
        ISOLATED
    }
}
