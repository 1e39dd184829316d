package switchd.daemon;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a daemon says when its ports are up: one JSON object on a line.
///
/// @param version of switchd
/// @param control path of the control socket; null where it has none
/// @param ports in the order in which they were asked for
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Ready(String version, @Nullable String control, List<ReadyPort> ports) {
    /// One port.
    ///
    /// @param name as given
    /// @param socket where a VM attaches; null where it does not do so by a path
    /// @param stream the same for tools that speak a stream; null where there is none
    /// @param network the bridge or NIC, or what the network is called
    /// @param kind `bridge`, `interface` or `isolated`
    /// @param uplink the interface that carries its frames; empty where there is none
    /// @param mtu in bytes
    /// @param state what it is doing
    /// @param mac `auto`, `any`, or the VM's address
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ReadyPort(
            String name,
            @Nullable String socket,
            @Nullable String stream,
            String network,
            String kind,
            String uplink,
            int mtu,
            Status.State state,
            String mac) {}

    /// The short form of `status`.
    public static Ready of(Status status, @Nullable String control) {
        return new Ready(
                status.daemon().version(),
                control,
                status.ports().stream()
                        .map(port ->
                                new ReadyPort(
                                        port.name(),
                                        port.socket(),
                                        port.stream(),
                                        port.network(),
                                        port.kind(),
                                        port.uplink(),
                                        port.mtu(),
                                        port.state(),
                                        port.mac()))
                        .toList());
    }
}
