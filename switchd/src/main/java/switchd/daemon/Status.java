package switchd.daemon;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;

/// What a daemon says of itself when its ports are up: one JSON object on a line.
///
/// @param version of switchd
/// @param ports in the order in which they were asked for
public record Status(String version, List<PortStatus> ports) {
    /// What a port is doing.
    public enum State {
        /// It waits for a VM.
        DETACHED("detached"),
        /// A VM is there.
        ATTACHED("attached"),
        /// The interface that carries its frames is of no use any more; a VM may be there.
        UPLINK_LOST("uplinkLost");

        private final String label;

        State(String label) {
            this.label = label;
        }

        /// The name in reports.
        @JsonValue
        public String label() {
            return label;
        }
    }

    /// One port.
    ///
    /// @param name as given
    /// @param socket where a VM attaches
    /// @param network the bridge or NIC, or `isolated`
    /// @param kind `bridge`, `interface` or `isolated`
    /// @param uplink the interface that carries its frames; empty where there is none
    /// @param mtu in bytes
    /// @param state what it is doing
    /// @param mac `auto`, `any`, or the VM's address
    public record PortStatus(
            String name,
            String socket,
            String network,
            String kind,
            String uplink,
            int mtu,
            State state,
            String mac) {}
}
