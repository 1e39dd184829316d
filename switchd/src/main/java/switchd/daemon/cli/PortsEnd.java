package switchd.daemon.cli;

import java.nio.file.Path;
import java.util.Map;
import switchd.core.PermissionException;
import switchd.core.SwitchdException;
import switchd.core.UsageException;
import switchd.daemon.control.ControlClient;

/// Why what was watched at a port has ended, as far as the daemon can still tell.
final class PortsEnd {
    private PortsEnd() {}

    /// Asks the daemon.
    static String reason(Path control, String port) {
        try (ControlClient daemon = ControlClient.connect(control)) {
            String state =
                    daemon.call("port.show", Map.of("name", port))
                            .path("port")
                            .path("state")
                            .asString("");
            return state.equals("down")
                    ? "the port was switched off: `switchd port up " + port + "` switches it on"
                    : "the port was closed and opened anew: start it again";
        } catch (UsageException | PermissionException _) {
            // Of a port that is no more, its owner is told as little as anybody.
            return "the port is gone: it was removed, or went with its VM or the daemon";
        } catch (SwitchdException _) {
            return "the daemon has ended";
        }
    }
}
