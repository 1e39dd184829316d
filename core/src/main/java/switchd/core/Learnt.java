package switchd.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a port has learnt of its VM, enough to go on with the VM in another process.
///
/// @param address the VM's address where the port is to take the first one; null where it is not
///   known
/// @param leases IP addresses that it may send from, at most [#MOST_LEASES]
/// @param prefixes below which it may make itself such, at most [#MOST_PREFIXES]
public record Learnt(@Nullable MacAddress address, List<Lease> leases, List<Prefix> prefixes) {
    /// The most leases of a VM.
    public static final int MOST_LEASES = Leases.MOST;

    /// The most prefixes.
    public static final int MOST_PREFIXES = Prefixes.MOST;

    /// Of a VM that has said nothing.
    public static final Learnt NOTHING = new Learnt(null, List.of(), List.of());

    public Learnt {
        leases = List.copyOf(leases);
        prefixes = List.copyOf(prefixes);
    }

    /// A prefix of 64 bits that a router of the LAN has told of.
    ///
    /// @param vlan in which it holds; 0 for untagged frames
    /// @param prefix the first half of the addresses
    /// @param expiresAt the loop's time, or [Lease#NEVER]
    public record Prefix(int vlan, long prefix, long expiresAt) {}
}
