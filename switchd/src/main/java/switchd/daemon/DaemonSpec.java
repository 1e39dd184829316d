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
/// @param network where the ports are
/// @param ports at least one
/// @param owner name of the user to whom the sockets belong; null for the one who called `sudo`, or
///   who runs the daemon
/// @param mtu what the VMs use, in bytes; null for the network's own
/// @param writer how frames are written on macOS
public record DaemonSpec(
        NetworkSpec network,
        List<PortSpec> ports,
        @Nullable String owner,
        @Nullable Integer mtu,
        Writer writer) {
    /// MTU of an isolated network where none is given: what VM tools use.
    public static final int DEFAULT_MTU = 1500;

    private static final int SMALLEST_MTU = 68; // RFC 791
    private static final int LARGEST_MTU = 65_535;

    /// Checks what can be checked without the kernel.
    ///
    /// @throws UsageException naming what is wrong
    public DaemonSpec validated() throws UsageException {
        if (mtu != null && (mtu < SMALLEST_MTU || mtu > LARGEST_MTU)) {
            throw new UsageException(
                    "--mtu: " + SMALLEST_MTU + " to " + LARGEST_MTU + ", not " + mtu);
        }
        Set<Object> seen = new HashSet<>();
        for (PortSpec port : ports) {
            port.validated();
            unique(seen, port.name(), "--name: two ports are called " + port.name());
            if (port.socket() != null) {
                unique(seen, port.socket(), "--socket: two ports are to use " + port.socket());
            }
            if (port.macPolicy() instanceof MacPolicy.Fixed fixed) {
                unique(seen, fixed, "--mac: two ports have the address " + fixed);
            }
        }
        return this;
    }

    private static void unique(Set<Object> seen, Object value, String complaint)
            throws UsageException {
        if (!seen.add(value)) {
            throw new UsageException(complaint);
        }
    }
}
