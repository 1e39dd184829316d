package switchd.bench.rig;

import java.util.ArrayList;
import java.util.List;

/// All scenarios, in the order in which they run.
final class Scenarios {
    private static final int LOAD = 20_000; // frames a second
    private static final String PRODUCT = "switchd";
    private static final String AGAIN = " again";

    static final List<Scenario> ALL =
            List.of(
                    new Scenario(
                            "bridge",
                            "frames per second and CPU per frame, one VM on a TAP of a bridge",
                            1500,
                            Scenarios::onBridge,
                            site -> new Cells(site).bothWays()),
                    new Scenario(
                            "nic",
                            "frames per second and CPU per frame, one VM on a NIC (AF_PACKET)",
                            1500,
                            Scenarios::onNic,
                            site -> new Cells(site).bothWays()),
                    new Scenario(
                            "ping",
                            "a frame of 64 bytes to the LAN and back, idle and beside "
                                    + LOAD
                                    + " frames a second, on a TAP of a bridge",
                            1500,
                            Scenarios::onBridge,
                            Scenarios::pings),
                    new Scenario(
                            "ping-nic",
                            "the same on a NIC",
                            1500,
                            Scenarios::onNic,
                            Scenarios::pings));

    private Scenarios() {}

    private static List<Contestant> onBridge(Site site) {
        Peers peers = new Peers(site);
        List<Contestant> all = new ArrayList<>();
        all.add(peers.cBridged(Peers.C));
        all.add(peers.cBridged(Peers.C + AGAIN));
        all.add(peers.bridged(PRODUCT, 1));
        all.add(peers.cBridged("C, a call per frame", "--single"));
        if (site.has("vde_switch")) {
            all.add(peers.vde("vde_switch"));
        }
        all.add(peers.kernelBridge("bridge alone"));
        return all;
    }

    private static List<Contestant> onNic(Site site) {
        Peers peers = new Peers(site);
        return List.of(
                peers.cWired(Peers.C),
                peers.cWired(Peers.C + AGAIN),
                peers.wired(PRODUCT),
                peers.cWired("C, a call per frame", "--single"));
    }

    private static List<Cell> pings(Site site) {
        Cells cells = new Cells(site);
        return List.of(cells.ping("idle", 0), cells.ping("under load", LOAD));
    }
}
