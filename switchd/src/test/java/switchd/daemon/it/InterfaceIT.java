package switchd.daemon.it;

import switchd.daemon.lab.Lab;
import switchd.daemon.lab.NeedsLab;

/// Guests on the LAN behind a NIC, by packet sockets.
@NeedsLab({"linux.uml", "perl", "iperf3", "ping"})
final class InterfaceIT extends GuestScenarios {
    InterfaceIT() {
        super(Lab.wired(1500), "--interface", Lab.NIC);
    }
}
