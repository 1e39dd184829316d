package switchd.daemon;

import switchd.core.InterfaceName;

/// The network that the ports are on.
public sealed interface NetworkSpec {
    /// What it is called in reports.
    String kind();

    /// A bridge of the host.
    ///
    /// @param bridge its name
    /// @param create whether it is made where there is none; it goes with the daemon then
    record Bridge(InterfaceName bridge, boolean create) implements NetworkSpec {
        @Override
        public String kind() {
            return "bridge";
        }
    }

    /// The LAN behind a NIC, without a bridge.
    ///
    /// @param nic its name
    record Nic(InterfaceName nic) implements NetworkSpec {
        @Override
        public String kind() {
            return "interface";
        }
    }

    /// The ports alone.
    record Isolated() implements NetworkSpec {
        @Override
        public String kind() {
            return "isolated";
        }
    }
}
