package switchd.daemon.config;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import switchd.core.InterfaceName;
import switchd.core.IpPolicy;
import switchd.core.LinkProtocol;
import switchd.core.MacPolicy;
import switchd.core.SwitchdException;
import switchd.core.VlanPolicy;
import switchd.daemon.DaemonSpec;
import switchd.daemon.GuardSpec;
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
                                    requireNonNullElse(network.keepMembers(), false));
                    case INTERFACE ->
                            new NetworkSpec.Nic(new InterfaceName(requireNonNull(network.nic())));
                    case ISOLATED -> new NetworkSpec.Isolated();
                };
        return new NetworkSpec(
                requireNonNull(network.name()),
                kind,
                network.mtu(),
                guards(
                        network.isolated(),
                        null,
                        network.vlan(),
                        network.ipGuard(),
                        network.guards()));
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
                guards(
                        port.isolated(),
                        port.talkGroups(),
                        port.vlan(),
                        port.ipGuard(),
                        port.guards()));
    }

    private static GuardSpec guards(
            @Nullable Boolean isolated,
            @Nullable List<String> talkGroups,
            @Nullable VlanPolicy vlan,
            @Nullable IpPolicy ips,
            @Nullable GuardConfig limits) {
        if (limits == null) {
            return new GuardSpec(
                    isolated, talkGroups, vlan, ips, null, null, null, null, null, null, null);
        }
        List<LinkProtocol> allowed = limits.allowProtocols();
        return new GuardSpec(
                isolated,
                talkGroups,
                vlan,
                ips,
                limits.groupFrames(),
                limits.newAddresses(),
                limits.addresses(),
                bits(limits.toLanRate()),
                bits(limits.toVmRate()),
                limits.burst(),
                allowed == null ? null : Set.copyOf(allowed));
    }

    /// Bits a second of a text such as `100Mbit`.
    private static @Nullable Long bits(@Nullable String rate) {
        if (rate == null) {
            return null;
        }
        String number = rate.substring(0, rate.length() - "bit".length());
        long unit =
                switch (number.charAt(number.length() - 1)) {
                    case 'k' -> 1_000L;
                    case 'M' -> 1_000_000L;
                    case 'G' -> 1_000_000_000L;
                    default -> 1L;
                };
        return unit * Long.parseLong(unit == 1 ? number : number.substring(0, number.length() - 1));
    }
}
