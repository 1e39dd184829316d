package switchd.daemon.cli;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which network a port of the running daemon is to be on: one of these options.
class NetworkChoice {
    @Option(
            names = "--network",
            paramLabel = "NETWORK",
            description = "Put it on this network of the daemon, see `switchd network ls`.")
    private @Nullable String network;

    @Option(
            names = "--bridge",
            paramLabel = "BRIDGE",
            description = "Put it on this bridge of the host.")
    private @Nullable String bridge;

    @Option(
            names = "--interface",
            paramLabel = "NIC",
            description = "Put it on the LAN behind this NIC.")
    private @Nullable String nic;

    @Option(names = "--isolated", description = "Connect it with other such ports only.")
    private boolean isolated;

    /// True where there is no LAN.
    final boolean isIsolated() {
        return isolated;
    }

    /// Adds what was chosen to a request.
    final void into(Map<String, Object> request) {
        put(request, "network", network);
        put(request, "bridge", bridge);
        put(request, "interface", nic);
        if (isolated) {
            request.put("isolated", true);
        }
    }

    /// Adds what was given to a request.
    static void put(Map<String, Object> request, String key, @Nullable Object value) {
        if (value != null) {
            request.put(key, value);
        }
    }
}
