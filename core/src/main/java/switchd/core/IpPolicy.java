package switchd.core;

import java.util.List;

/// Which IP addresses a port lets its VM send from.
public sealed interface IpPolicy {
    /// The most addresses that a port can be configured for.
    int MOST = 16;

    /// Any.
    record Any() implements IpPolicy {}

    /// Those that the VM has got from a DHCP server or router of the LAN.
    record Leased() implements IpPolicy {}

    /// These, and the link-local one that follows from the hardware address.
    ///
    /// @param addresses at most [#MOST]
    record Only(List<IpAddress> addresses) implements IpPolicy {
        /// @throws IllegalArgumentException where one cannot be a station's, or where they are too
        ///   many
        public Only {
            addresses = addresses.stream().distinct().toList();
            if (addresses.size() > MOST || !addresses.stream().allMatch(IpAddress::isStation)) {
                throw new IllegalArgumentException("no addresses of a station: " + addresses);
            }
        }
    }
}
