package switchd.daemon.it;

import switchd.daemon.lab.Lab;
import switchd.daemon.lab.NeedsLab;

/// Guests on a bridge of the host, by TAPs.
@NeedsLab({"linux.uml", "perl", "iperf3", "ping"})
final class BridgeIT extends GuestScenarios {
    BridgeIT() {
        super(Lab.bridged(), "--bridge", Lab.BRIDGE);
    }
}
