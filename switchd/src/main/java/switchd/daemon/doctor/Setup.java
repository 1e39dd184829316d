package switchd.daemon.doctor;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import switchd.core.InterfaceName;
import switchd.core.MacAddress;
import switchd.core.PermissionException;
import switchd.core.SwitchdException;
import tools.jackson.databind.JsonNode;

/// What is to be looked at: what a running daemon has, else what the configuration wants.
///
/// @param source where that is from, for people
/// @param base where ports' directories lie by default; null where this user has no such place
/// @param control the control socket
/// @param config the configuration file; it may be missing
/// @param configError what is wrong with it; null where nothing is
/// @param daemon that answered, if one did
/// @param refusal why none did; null where one did
/// @param networks of the running daemon, or of the configuration
/// @param ports likewise
record Setup(
        String source,
        @Nullable String base,
        @Nullable String control,
        @Nullable String config,
        @Nullable String configError,
        @Nullable Daemon daemon,
        @Nullable SwitchdException refusal,
        List<Net> networks,
        List<Place> ports) {
    /// A running daemon.
    ///
    /// @param status as it tells it
    record Daemon(String version, long pid, JsonNode status) {}

    /// A network.
    ///
    /// @param carrier its bridge or NIC; null where it is isolated
    /// @param bridge whether that is a bridge
    /// @param create whether switchd makes it
    record Net(String name, @Nullable InterfaceName carrier, boolean bridge, boolean create) {}

    /// A port.
    ///
    /// @param mac the address that its VM has to use, or uses now
    /// @param sockets where VMs attach
    record Place(String name, @Nullable MacAddress mac, List<String> sockets) {}

    /// With these bridges for its networks.
    Setup on(List<String> bridges) {
        List<Net> nets =
                bridges.stream()
                        .map(bridge -> new Net(bridge, new InterfaceName(bridge), true, false))
                        .toList();
        return new Setup(source, base, control, config, configError, daemon, refusal, nets, ports);
    }

    /// Whether a daemon may run that does not tell this user what it has.
    boolean isSecret() {
        return refusal instanceof PermissionException;
    }

    /// The bridges, each once.
    List<InterfaceName> bridges() {
        return networks.stream()
                .filter(Net::bridge)
                .flatMap(net -> Stream.ofNullable(net.carrier()))
                .distinct()
                .toList();
    }
}
