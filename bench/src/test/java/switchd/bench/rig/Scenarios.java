package switchd.bench.rig;

import java.util.ArrayList;
import java.util.List;
import switchd.bench.rig.Scenario.Field;
import switchd.daemon.lab.Lab;

/// All scenarios, in the order in which they run.
final class Scenarios {
    private static final int FEW = 64;

    static final List<Scenario> ALL =
            List.of(
                    new Scenario(
                            "bridge",
                            "frames per second and CPU per frame, one VM on a TAP of a bridge",
                            1500,
                            site -> new Field(onBridge(site), new Cells(site).bothWays())),
                    new Scenario(
                            "few",
                            "the same with 64 frames on the way at most, with vde_switch, which drops"
                                    + " beyond 93, and QEMU",
                            1500,
                            site -> new Field(withPeers(site), new Cells(site, FEW).bothWays())),
                    new Scenario(
                            "nic",
                            "frames per second and CPU per frame, one VM on a NIC (AF_PACKET)",
                            1500,
                            site -> new Field(onNic(site), new Cells(site).bothWays())),
                    new Scenario(
                            "ping",
                            "a frame of 64 bytes to the LAN and back, idle and beside 20000 frames a"
                                    + " second, on a TAP of a bridge",
                            1500,
                            site -> new Field(withPeers(site), new Cells(site).pings())),
                    new Scenario(
                            "ping-nic",
                            "the same on a NIC",
                            1500,
                            site -> new Field(onNic(site), new Cells(site).pings())),
                    new Scenario(
                            "vms",
                            "frames per second and CPU per frame from one VM to another",
                            1500,
                            site -> new Field(pairs(site), new Cells(site).betweenVms())),
                    new Scenario(
                            "ports",
                            "frames per second and CPU per frame, one of so many ports busy or all",
                            1500,
                            site -> new Field(manyPorts(site), new Cells(site).manyPorts())),
                    new Scenario("start", "times and memory of the program", 1500, Starting::field),
                    new Scenario(
                            "tcp",
                            "one TCP stream of a guest's stack, on a bridge of MTU 9000; the LAN's host"
                                    + " leaves segmenting and checksums to its NIC, as hosts do",
                            9000,
                            Guests::field),
                    new Scenario(
                            "calls",
                            "system calls and allocated bytes per frame of 512 bytes, on a bridge",
                            1500,
                            Counting::field));

    private static final String PRODUCT = "switchd";
    private static final String AGAIN = " again";

    private Scenarios() {}

    private static List<Contestant> onBridge(Site site) {
        Peers peers = new Peers(site);
        return List.of(
                peers.cBridged(Peers.C),
                peers.cBridged(Peers.C + AGAIN),
                peers.bridged(PRODUCT, 1),
                peers.cBridged("C, a call per frame", "--single"),
                peers.kernelBridge("bridge alone"));
    }

    /// The same, and vde_switch and QEMU where they are installed.
    static List<Contestant> withPeers(Site site) {
        List<Contestant> all = new ArrayList<>(onBridge(site));
        all.addAll(new Peers(site).installed());
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

    private static List<Contestant> pairs(Site site) {
        Peers peers = new Peers(site);
        return List.of(
                peers.kernelBridgePair("bridge alone"),
                peers.kernelBridgePair("bridge alone" + AGAIN),
                peers.pair(PRODUCT + ", isolated", "--isolated"),
                peers.pair(PRODUCT + ", on a bridge", "--bridge", Lab.BRIDGE),
                peers.cPair(Peers.C),
                peers.cPairOverBridge("two C and the bridge"));
    }

    private static List<Contestant> manyPorts(Site site) {
        Peers peers = new Peers(site);
        return List.of(
                peers.bridged("1 port", 1),
                peers.bridged("1 port" + AGAIN, 1),
                peers.bridged("4 ports", 4),
                peers.bridged("16 ports", 16),
                peers.bridged("64 ports", 64));
    }
}
