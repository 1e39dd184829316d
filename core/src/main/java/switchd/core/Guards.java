package switchd.core;

import java.util.Set;

/// What a port's VM may do beyond [MacPolicy], as the operator says it. What a port does with it is
/// [FrameGuards]' and its network's concern.
///
/// @param isolation which other ports it may talk to
/// @param vlans which VLANs reach it, and how
/// @param limits how much it may send and be sent
/// @param ips which IP addresses its VM may send from
/// @param allowed protocols of bridges and links that its VM may speak; all others of
///   [LinkProtocol] are dropped
public record Guards(
        Isolation isolation,
        VlanPolicy vlans,
        Limits limits,
        IpPolicy ips,
        Set<LinkProtocol> allowed) {
    /// What holds where nothing is said: no protocol of bridges and links, all else free.
    public static final Guards USUAL =
            new Guards(Isolation.NONE, new VlanPolicy.Any(), Limits.NONE, Set.of());

    public Guards {
        allowed = Set.copyOf(allowed);
    }

    /// Guards of a VM that may send from any IP address.
    public Guards(Isolation isolation, VlanPolicy vlans, Limits limits, Set<LinkProtocol> allowed) {
        this(isolation, vlans, limits, new IpPolicy.Any(), allowed);
    }

    /// True where nobody but the port may hand it frames of other ports: it must not talk to all of
    /// them, or must know which frames are theirs.
    boolean keepApart() {
        return isolation.isRestricted() || ips instanceof IpPolicy.Leased;
    }

    /// How much a VM may send and be sent; 0 wherever there is no limit.
    ///
    /// @param groupFrames broadcast and multicast frames a second that it may send, and at once
    /// @param newAddresses source addresses a second, and at once, that it has not used lately
    /// @param addresses source addresses at a time, each for five minutes after it was last used
    /// @param toLanBits bits a second that it may send, Ethernet headers included
    /// @param toVmBits bits a second that it may be sent
    /// @param burstBytes bytes that may pass at once before the two rates bind; 0 for what 20 ms of
    ///   the rate carry, at least 64 KiB
    public record Limits(
            int groupFrames,
            int newAddresses,
            int addresses,
            long toLanBits,
            long toVmBits,
            int burstBytes) {
        /// No limit.
        public static final Limits NONE = new Limits(0, 0, 0, 0, 0, 0);
    }
}
