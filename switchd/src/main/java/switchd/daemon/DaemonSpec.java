package switchd.daemon;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import switchd.core.MacPolicy;
import switchd.core.UsageException;
import switchd.daemon.host.Writer;

/// What a daemon is to do.
///
/// @param networks with different names
/// @param ports each on one of them
/// @param writer how frames are written on macOS
public record DaemonSpec(List<NetworkSpec> networks, List<PortSpec> ports, Writer writer) {
    /// MTU of an isolated network where none is given: what VM tools use.
    public static final int DEFAULT_MTU = 1500;

    /// One network and its ports.
    public static DaemonSpec of(NetworkSpec network, List<PortSpec> ports, Writer writer) {
        return new DaemonSpec(List.of(network), ports, writer);
    }

    /// Checks what can be checked without the kernel.
    ///
    /// @throws UsageException naming what is wrong
    public DaemonSpec validated() throws UsageException {
        Set<Object> names = new HashSet<>();
        for (NetworkSpec network : networks) {
            network.validated();
            unique(names, network.name(), "two networks are called " + network.name());
        }
        Set<Object> seen = new HashSet<>();
        for (PortSpec port : ports) {
            port.validated();
            if (!names.contains(port.network())) {
                throw new UsageException(
                        "port " + port.name() + ": there is no network " + port.network());
            }
            unique(seen, port.name(), "--name: two ports are called " + port.name());
            unique(seen, port.socket(), "--socket: two ports are to use " + port.socket());
            unique(seen, port.stream(), "--stream-socket: two ports are to use " + port.stream());
            unique(seen, port.descriptor(), "--fd: two ports are to use " + port.descriptor());
            if (port.macPolicy() instanceof MacPolicy.Fixed fixed) {
                unique(seen, fixed, "--mac: two ports have the address " + fixed);
            }
        }
        return this;
    }

    private static void unique(Set<Object> seen, @Nullable Object value, String complaint)
            throws UsageException {
        if (value != null && !seen.add(value)) {
            throw new UsageException(complaint);
        }
    }
}
