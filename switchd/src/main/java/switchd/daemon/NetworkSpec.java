package switchd.daemon;

import switchd.core.InterfaceName;

/// The network that the ports are on.
public sealed interface NetworkSpec {
    /// What it is called in reports.
    String kind();

    /// An existing bridge of the host.
    ///
    /// @param bridge its name
    record Bridge(InterfaceName bridge) implements NetworkSpec {
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
