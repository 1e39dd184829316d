package switchd.daemon;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import switchd.core.Guards;
import switchd.core.IpPolicy;
import switchd.core.Isolation;
import switchd.core.LinkProtocol;
import switchd.core.VlanPolicy;

/// Guards as the operator wants them, of a port or of all ports of a network; null wherever nothing
/// is said. What a port says goes before what its network says.
///
/// @param isolated whether a port may talk to no other
/// @param talkGroups groups of ports that may talk to one another
/// @param vlan VLANs, and in what form
/// @param ips IP addresses that a VM may send from
/// @param groupFrames broadcasts and multicasts a second from a VM; 0 for no limit, as below
/// @param newAddresses new source addresses a second
/// @param addresses source addresses at a time
/// @param toLanBits bits a second from a VM
/// @param toVmBits bits a second to a VM
/// @param burstBytes what may exceed these two at once
/// @param allowed protocols of bridges and links that a VM may speak
public record GuardSpec(
        @Nullable Boolean isolated,
        @Nullable List<String> talkGroups,
        @Nullable VlanPolicy vlan,
        @Nullable IpPolicy ips,
        @Nullable Integer groupFrames,
        @Nullable Integer newAddresses,
        @Nullable Integer addresses,
        @Nullable Long toLanBits,
        @Nullable Long toVmBits,
        @Nullable Integer burstBytes,
        @Nullable Set<LinkProtocol> allowed) {
    /// Nothing out of the ordinary.
    public static final GuardSpec NONE =
            new GuardSpec(null, null, null, null, null, null, null, null, null, null, null);

    /// For a port that may talk to no other.
    public static final GuardSpec ISOLATED =
            new GuardSpec(true, null, null, null, null, null, null, null, null, null, null);

    /// For a port with VLANs.
    public static GuardSpec of(VlanPolicy vlans) {
        return new GuardSpec(null, null, vlans, null, null, null, null, null, null, null, null);
    }

    /// For a port with a guard of IP addresses.
    public static GuardSpec of(IpPolicy ips) {
        return new GuardSpec(null, null, null, ips, null, null, null, null, null, null, null);
    }

    /// What holds for a port that says this on a network that says `network`.
    public Guards on(GuardSpec network) {
        return new Guards(
                isolation(network),
                first(vlan, network.vlan, new VlanPolicy.Any()),
                new Guards.Limits(
                        first(groupFrames, network.groupFrames, 0),
                        first(newAddresses, network.newAddresses, 0),
                        first(addresses, network.addresses, 0),
                        first(toLanBits, network.toLanBits, 0L),
                        first(toVmBits, network.toVmBits, 0L),
                        first(burstBytes, network.burstBytes, 0)),
                first(ips, network.ips, new IpPolicy.Any()),
                first(allowed, network.allowed, Set.of()));
    }

    private Isolation isolation(GuardSpec network) {
        List<String> groups = talkGroups == null ? List.of() : talkGroups;
        return groups.isEmpty()
                ? new Isolation(first(isolated, network.isolated, false), List.of())
                : new Isolation(false, groups);
    }

    private static <T> T first(@Nullable T own, @Nullable T network, T usual) {
        if (own != null) {
            return own;
        }
        return network != null ? network : usual;
    }
}
