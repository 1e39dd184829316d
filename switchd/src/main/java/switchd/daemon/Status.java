package switchd.daemon;

import java.util.List;

/// What a daemon says of itself when its ports are up: one JSON object on a line.
///
/// @param version of switchd
/// @param ports in the order in which they were asked for
public record Status(String version, List<PortStatus> ports) {
    /// One port.
    ///
    /// @param name as given
    /// @param socket where a VM attaches
    /// @param network the bridge or NIC, or `isolated`
    /// @param kind `bridge`, `interface` or `isolated`
    /// @param uplink the interface that carries its frames; empty where there is none
    /// @param mtu in bytes
    /// @param mac `auto`, `any`, or the VM's address
    public record PortStatus(
            String name,
            String socket,
            String network,
            String kind,
            String uplink,
            int mtu,
            String mac) {}
}
