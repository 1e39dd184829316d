package switchd.daemon.config;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import java.util.List;
import org.jspecify.annotations.Nullable;
import switchd.core.InterfaceName;
import switchd.core.MacPolicy;
import switchd.core.SwitchdException;
import switchd.daemon.DaemonSpec;
import switchd.daemon.NetworkSpec;
import switchd.daemon.PortSpec;
import switchd.daemon.host.Writer;

/// What a daemon is to do, and the settings that say so.
///
/// @param daemon its networks and ports
/// @param settings in force
public record Plan(DaemonSpec daemon, Settings settings) {
    /// Makes one, each time from what is said at that time.
    @FunctionalInterface
    public interface Source {
        /// @throws SwitchdException with all that is wrong, a line each; there is no plan then
        Plan read() throws SwitchdException;
    }

    /// What the settings say, file and all.
    public static Plan of(Settings settings) {
        Config config = settings.config();
        List<NetworkSpec> networks =
                requireNonNullElse(config.networks(), List.<NetworkConfig>of()).stream()
                        .map(Plan::network)
                        .toList();
        List<PortSpec> ports =
                requireNonNullElse(config.ports(), List.<PortConfig>of()).stream()
                        .map(port -> port(port, networks, config.owner()))
                        .toList();
        return new Plan(new DaemonSpec(networks, ports, writer(config)), settings);
    }

    /// The networks and ports that were given by options, in place of those of the file.
    public static Plan of(NetworkSpec network, List<PortSpec> ports, Settings settings) {
        Config config = settings.config();
        List<PortSpec> owned =
                ports.stream()
                        .map(port -> port.forUser(PortSpec.Access.of(config.owner())))
                        .toList();
        return new Plan(DaemonSpec.of(network, owned, writer(config)), settings);
    }

    private static Writer writer(Config config) {
        return switch (config.writer()) {
            case NDRV -> Writer.NDRV;
            case BPF -> Writer.BPF;
            case AUTO -> Writer.AUTO;
            case null -> Writer.AUTO;
        };
    }

    private static NetworkSpec network(NetworkConfig network) {
        NetworkSpec.Kind kind =
                switch (requireNonNull(network.kind())) {
                    case BRIDGE ->
                            new NetworkSpec.Bridge(
                                    new InterfaceName(requireNonNull(network.bridge())),
                                    requireNonNullElse(network.create(), false),
                                    requireNonNullElse(network.keepMembers(), false),
                                    requireNonNullElse(network.offload(), true));
                    case INTERFACE ->
                            new NetworkSpec.Nic(new InterfaceName(requireNonNull(network.nic())));
                    case ISOLATED -> new NetworkSpec.Isolated();
                };
        return new NetworkSpec(
                requireNonNull(network.name()), kind, network.mtu(), GuardKeys.of(network));
    }

    private static PortSpec port(
            PortConfig port, List<NetworkSpec> networks, @Nullable String owner) {
        String network = port.network();
        String mode = port.mode();
        return new PortSpec(
                requireNonNull(port.name()),
                network == null ? networks.getFirst().name() : network,
                MacPolicy.parse(requireNonNull(port.mac())),
                port.socket(),
                port.stream(),
                new PortSpec.Access(
                        port.owner() == null ? owner : port.owner(),
                        port.group(),
                        mode == null ? null : Integer.valueOf(mode, 8)),
                requireNonNullElse(port.up(), true),
                false,
                null,
                GuardKeys.of(port));
    }
}
