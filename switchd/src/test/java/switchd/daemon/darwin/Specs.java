package switchd.daemon.darwin;

import java.util.List;
import switchd.core.MacPolicy;
import switchd.daemon.DaemonSpec;
import switchd.daemon.NetworkSpec;
import switchd.daemon.PortSpec;
import switchd.daemon.host.Writer;

/// What daemons are told in tests: ports for a VM's user on a bridge or on an isolated network.
final class Specs {
    static final NetworkSpec LAN =
            new NetworkSpec("lan", new NetworkSpec.Bridge(Mac.BRIDGE, false), null);
    static final NetworkSpec LAB = new NetworkSpec("lab", new NetworkSpec.Isolated(), 9000);
    private static final PortSpec.Access USER = PortSpec.Access.of("501:20");

    private Specs() {}

    static PortSpec port(String name, NetworkSpec network) {
        return port(name, network, "auto");
    }

    static PortSpec port(String name, NetworkSpec network, String mac) {
        return PortSpec.of(name, network.name(), policy(mac)).forUser(USER);
    }

    private static MacPolicy policy(String mac) {
        return switch (mac) {
            case "auto" -> new MacPolicy.Auto();
            case "any" -> new MacPolicy.Any();
            default -> MacPolicy.parse(mac);
        };
    }

    static DaemonSpec spec(List<NetworkSpec> networks, PortSpec... ports) {
        return new DaemonSpec(networks, List.of(ports), Writer.AUTO);
    }
}
