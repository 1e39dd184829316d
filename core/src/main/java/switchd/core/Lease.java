package switchd.core;

/// An IP address that a port's VM may send from.
///
/// @param address the address
/// @param vlan in which it holds; 0 for untagged frames
/// @param source how it came to the VM
/// @param expiresAt the loop's time, or [#NEVER]
public record Lease(IpAddress address, int vlan, Source source, long expiresAt) {
    /// Of one that does not expire.
    public static final long NEVER = Long.MAX_VALUE;

    /// How an address came to a VM.
    public enum Source {
        /// By the configuration.
        CONFIGURED("configured"),
        /// From a DHCP server.
        DHCP4("dhcp4"),
        /// From a DHCPv6 server.
        DHCP6("dhcp6"),
        /// Made by the VM below a prefix of a router.
        SLAAC("slaac"),
        /// Made by the VM, for its own link.
        LINK_LOCAL("linkLocal");

        private final String label;

        Source(String label) {
            this.label = label;
        }

        /// The name in reports.
        public String label() {
            return label;
        }

        /// True where nobody but the VM has said so.
        boolean isSelfMade() {
            return compareTo(SLAAC) >= 0;
        }
    }
}
