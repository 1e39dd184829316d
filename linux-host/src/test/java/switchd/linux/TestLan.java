package switchd.linux;

import static switchd.linux.TestFrames.untilResent;

import java.lang.foreign.Arena;
import switchd.core.FrameBatch;
import switchd.core.InterfaceName;
import switchd.core.Lan;
import switchd.core.MacAddress;
import switchd.core.Reception;
import switchd.core.SwitchdException;
import switchd.core.Uplink;

/// A host with a bridge `br0` and a NIC `nic0` in it, and a cable from the NIC to a station;
/// nothing else is on that LAN, and nobody sends of his own accord. All of it lives in a namespace
/// of its own.
final class TestLan {
    static final InterfaceName BRIDGE = new InterfaceName("br0");
    static final InterfaceName NIC = new InterfaceName("nic0");
    static final InterfaceName CABLE = new InterfaceName("cable0");
    static final String VM = "52:54:00:12:34:56";
    static final String STATION = "02:00:00:00:00:02";
    static final String BROADCAST = "ff:ff:ff:ff:ff:ff";
    static final Reception FOR_VM = new Reception.Vm(MacAddress.parse(VM));

    final Linux linux;
    final Arena arena;
    final Rtnetlink netlink;
    final Station station;
    final LinuxHost host;
    final FrameBatch slots;

    /// What a test does on the namespace's thread.
    @FunctionalInterface
    interface Body {
        void run(TestLan lan) throws Exception;
    }

    private TestLan(Linux linux, Arena arena, Rtnetlink netlink, Station station) {
        this.linux = linux;
        this.arena = arena;
        this.netlink = netlink;
        this.station = station;
        this.host = new LinuxHost(linux, arena);
        this.slots = FrameBatch.slots(arena, FrameBatch.CAPACITY, 1500);
    }

    /// Builds the LAN, with the NIC in the bridge or not, runs the body, and takes it all away.
    static void run(boolean bridged, Body body) throws SwitchdException {
        try (NetworkNamespace namespace = NetworkNamespace.open("test-lan")) {
            namespace.call(linux -> {
                inside(linux, namespace.fd(), bridged, body);
                return true;
            });
        }
    }

    private static void inside(Linux linux, int namespace, boolean bridged, Body body)
            throws Exception {
        try (Arena arena = Arena.ofConfined();
                Rtnetlink netlink = Rtnetlink.open(linux)) {
            netlink.addVeth(NIC, CABLE, namespace);
            for (InterfaceName name : new InterfaceName[] {NIC, CABLE}) {
                netlink.withoutIpv6Addresses(name);
                netlink.setUp(name);
            }
            if (bridged) {
                netlink.addBridge(BRIDGE);
                netlink.withoutIpv6Addresses(BRIDGE);
                netlink.setMaster(NIC, BRIDGE);
                netlink.setUp(BRIDGE);
            }
            int cable = netlink.require(CABLE).index();
            try (Station station = new Station(linux, arena, CABLE, cable)) {
                TestLan lan = new TestLan(linux, arena, netlink, station);
                lan.awaitCarrier(bridged);
                body.run(lan);
            }
        }
    }

    /// Waits until frames pass: cables and bridges take a moment after they are switched on.
    private void awaitCarrier(boolean bridged) throws Exception {
        Lan lan = bridged ? host.openBridge(BRIDGE) : host.openInterface(NIC);
        try (Uplink probe = lan.openUplink(slots)) {
            probe.accept(new Reception.Groups());
            FrameBatch there = TestFrames.batch(arena, TestFrames.frame(BROADCAST, VM, "there?"));
            untilResent(linux, station, "there?", () -> probe.send(there, 0));
            untilResent(linux, probe, "here", () -> sendsTo(BROADCAST, "here"));
        }
        while (station.receive(FrameBatch.CAPACITY).count() > 0) {}
    }

    /// The station sends.
    void sends(byte[]... frames) throws SwitchdException {
        TestFrames.send(arena, station, frames);
    }

    /// The station sends a frame with a word to this destination.
    void sendsTo(String destination, String word) throws SwitchdException {
        sends(TestFrames.frame(destination, STATION, word));
    }
}
