package switchd.daemon.config;

import java.util.List;
import org.jspecify.annotations.Nullable;
import switchd.core.LinkProtocol;

/// How much a VM may send and be sent, and which protocols of bridges and links it may speak: for
/// one port, or for all ports of a network that say nothing else.
public record GuardConfig(
        @Key(
                        value =
                                "Broadcast and multicast frames a second that the VM may send, and"
                                        + " at once. 0: no limit, which is the default.",
                        max = 10_000_000,
                        example = "1000")
                @Nullable Integer groupFrames,
        @Key(
                        value =
                                "Source addresses a second, and at once, that the VM may begin to"
                                        + " use; of interest with mac `any`. 0: no limit, which is"
                                        + " the default.",
                        max = 10_000_000,
                        example = "10")
                @Nullable Integer newAddresses,
        @Key(
                        value =
                                "Source addresses that the VM may use at a time, each for five"
                                        + " minutes after it was last used; of interest with mac"
                                        + " `any`. 0: no limit, which is the default; of more than"
                                        + " 1024, switchd does not remember the further ones.",
                        max = 1024,
                        example = "16")
                @Nullable Integer addresses,
        @Key(
                        value =
                                "Bits a second that the VM may send, Ethernet headers included."
                                        + " `0bit`: no limit, which is the default.",
                        pattern = Forms.RATE,
                        form = "a rate such as 500kbit, 100Mbit or 10Gbit",
                        example = "\"100Mbit\"")
                @Nullable String toLanRate,
        @Key(
                        value =
                                "Bits a second that the VM may be sent, Ethernet headers included."
                                        + " `0bit`: no limit, which is the default.",
                        pattern = Forms.RATE,
                        form = "a rate such as 500kbit, 100Mbit or 10Gbit",
                        example = "\"1Gbit\"")
                @Nullable String toVmRate,
        @Key(
                        value =
                                "Bytes that may pass at once before toLanRate and toVmRate bind."
                                        + " Default: what 20 ms of the rate carry, at least 65536.",
                        min = 1518,
                        max = 1 << 30,
                        example = "262144")
                @Nullable Integer burst,
        @Key(
                        value =
                                "Protocols of bridges and links that the VM may speak. `stp`:"
                                        + " spanning trees. `pause`: flow control. `lacp`: slow"
                                        + " protocols. `eapol`: 802.1X. `lldp`, `cdp`: discovery."
                                        + " `mvrp`: registration of VLANs and groups."
                                        + " `reserved`: all else to 01:80:c2:00:00:00 to 0f. Default:"
                                        + " none; their frames are dropped.",
                        example = "\"stp\"")
                @Nullable List<LinkProtocol> allowProtocols) {}
