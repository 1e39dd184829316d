package switchd.daemon.service;

import java.nio.file.Path;
import switchd.core.HostException;
import switchd.core.SwitchdException;
import switchd.daemon.control.ControlClient;
import tools.jackson.databind.JsonNode;

/// How many VMs would lose their network.
final class AttachedVms {
    private AttachedVms() {}

    /// Asks the daemon of a service that runs; 0 where it does not answer, as then no frame goes
    /// through it.
    ///
    /// @param socket its control socket
    /// @throws SwitchdException where it answers, and does not tell
    static int count(String socket) throws SwitchdException {
        try (ControlClient daemon = ControlClient.connect(Path.of(socket))) {
            int attached = 0;
            for (JsonNode port : daemon.call("port.list").required("ports")) {
                if (!port.required("peer").isNull()) {
                    attached++;
                }
            }
            return attached;
        } catch (HostException _) {
            return 0;
        }
    }

    /// How a sentence about them begins.
    static String text(int count) {
        return count + (count == 1 ? " VM is" : " VMs are");
    }
}
