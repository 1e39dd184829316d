package switchd.daemon.config;

import static switchd.daemon.config.Shape.join;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import switchd.core.IpPolicy;
import switchd.core.LinkProtocol;
import switchd.core.UsageException;
import switchd.core.VlanPolicy;
import switchd.daemon.GuardSpec;
import switchd.daemon.config.Problems.Origin;
import tools.jackson.databind.node.ObjectNode;

/// Guards in the words of the configuration.
public final class GuardKeys {
    private GuardKeys() {}

    /// What keys of a port say that are not in a file, by the same rules.
    ///
    /// @param keys `isolated`, `talkGroups`, `vlan`, `ipGuard` and `guards`, as far as they are
    ///   given
    /// @throws UsageException with all that is wrong, a line each
    public static GuardSpec of(ObjectNode keys) throws UsageException {
        Problems problems = new Problems();
        name(keys, "", problems);
        new Shape(problems).checkGiven(keys, PortConfig.class, "");
        Rules.checkIsolation(keys, "", problems);
        problems.check();
        return of(ConfigText.MAPPER.treeToValue(keys, PortConfig.class));
    }

    private static void name(ObjectNode keys, String path, Problems problems) {
        for (String key : keys.propertyNames()) {
            String place = join(path, key);
            problems.origin(place, Origin.of(Problems.printable(place)));
            if (keys.get(key) instanceof ObjectNode below) {
                name(below, place, problems);
            }
        }
    }

    static GuardSpec of(PortConfig port) {
        return of(port.isolated(), port.talkGroups(), port.vlan(), port.ipGuard(), port.guards());
    }

    static GuardSpec of(NetworkConfig network) {
        return of(network.isolated(), null, network.vlan(), network.ipGuard(), network.guards());
    }

    private static GuardSpec of(
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
