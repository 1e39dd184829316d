package switchd.daemon.it;

import switchd.daemon.lab.Lab;
import switchd.daemon.lab.NeedsLab;

/// Guests on a bridge of the host, by TAPs, and a LAN whose host does segmentation offload: what
/// reaches the guests' stacks has been cut and finished by the daemon.
@NeedsLab({"linux.uml", "perl", "iperf3", "ping"})
final class BridgeIT extends GuestScenarios {
    BridgeIT() {
        super(Lab.offloading(), "--bridge", Lab.BRIDGE);
    }
}
