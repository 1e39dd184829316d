package switchd.daemon.doctor;

import switchd.core.InterfaceName;

/// Commands that an operator types, in a kernel's own words.
enum Cures {
    LINUX("ip link") {
        @Override
        String up(InterfaceName name) {
            return "sudo ip link set %s up".formatted(name);
        }

        @Override
        String mtu(InterfaceName name, int mtu) {
            return "sudo ip link set %s mtu %d".formatted(name, mtu);
        }

        @Override
        String makeBridge(InterfaceName bridge) {
            return "sudo ip link add %s type bridge && %s".formatted(bridge, up(bridge));
        }

        @Override
        String addMember(InterfaceName bridge, String nic) {
            return "sudo ip link set %s master %s".formatted(nic, bridge);
        }

        @Override
        String remove(InterfaceName name) {
            return "sudo ip link delete " + name;
        }
    },
    DARWIN("ifconfig") {
        @Override
        String up(InterfaceName name) {
            return "sudo ifconfig %s up".formatted(name);
        }

        @Override
        String mtu(InterfaceName name, int mtu) {
            return "sudo ifconfig %s mtu %d".formatted(name, mtu);
        }

        @Override
        String makeBridge(InterfaceName bridge) {
            return "sudo ifconfig %s create && %s".formatted(bridge, up(bridge));
        }

        @Override
        String addMember(InterfaceName bridge, String nic) {
            return "sudo ifconfig %s addm %s".formatted(bridge, nic);
        }

        @Override
        String remove(InterfaceName name) {
            return "sudo ifconfig %s destroy".formatted(name);
        }
    };

    private final String list;

    Cures(String list) {
        this.list = list;
    }

    /// Switches an interface on.
    abstract String up(InterfaceName name);

    /// Gives an interface another MTU.
    abstract String mtu(InterfaceName name, int mtu);

    /// Makes a bridge.
    abstract String makeBridge(InterfaceName bridge);

    /// Puts an interface in a bridge.
    ///
    /// @param nic its name, or a word in its place
    abstract String addMember(InterfaceName bridge, String nic);

    /// Removes an interface.
    abstract String remove(InterfaceName name);

    /// Shows the interfaces.
    String list() {
        return list;
    }
}
