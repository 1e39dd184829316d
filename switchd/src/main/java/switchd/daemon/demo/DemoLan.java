package switchd.daemon.demo;

import org.jspecify.annotations.Nullable;
import switchd.core.InterfaceName;
import switchd.core.Kernel;
import switchd.core.PermissionException;
import switchd.core.SwitchdException;
import switchd.core.Undo;
import switchd.linux.Linux;
import switchd.linux.NetworkNamespace;
import switchd.linux.Rtnetlink;

/// A LAN in two network namespaces: one with the bridge, where the daemon runs, one with a host.
/// Both vanish with their threads, whatever becomes of the process.
final class DemoLan implements AutoCloseable {
    static final InterfaceName BRIDGE = new InterfaceName("demo0");

    private static final InterfaceName BRIDGE_SIDE = new InterfaceName("lan0");
    private static final InterfaceName HOST_SIDE = new InterfaceName("eth0");
    private static final Addresses HOST = Addresses.host(1);
    private static final int PREFIX_V4 = 24;
    private static final int PREFIX_V6 = 64;

    private final NetworkNamespace bridgeSide;
    private final NetworkNamespace hostSide;
    private final LanHost host;

    private DemoLan(NetworkNamespace bridgeSide, NetworkNamespace hostSide, LanHost host) {
        this.bridgeSide = bridgeSide;
        this.hostSide = hostSide;
        this.host = host;
    }

    /// Makes the LAN, or gives null where the process may not, or the kernel has no namespaces.
    ///
    /// @throws SwitchdException where it may, but something else is wrong; nothing is left behind
    static @Nullable DemoLan createIfPermitted() throws SwitchdException {
        if (Kernel.current() != Kernel.LINUX) {
            return null;
        }
        try (Undo undo = new Undo()) {
            NetworkNamespace bridgeSide = NetworkNamespace.open("demo-bridge");
            undo.push(bridgeSide::close);
            NetworkNamespace hostSide = NetworkNamespace.open("demo-lan");
            undo.push(hostSide::close);
            int hostSideFd = hostSide.call(_ -> hostSide.fd());
            bridgeSide.call(linux -> makeBridge(linux, hostSideFd));
            hostSide.call(DemoLan::makeHost);
            DemoLan lan = new DemoLan(bridgeSide, hostSide, new LanHost(hostSide, HOST));
            undo.keep();
            return lan;
        } catch (PermissionException _) {
            return null;
        }
    }

    private static boolean makeBridge(Linux linux, int hostSideFd) throws SwitchdException {
        try (Rtnetlink netlink = Rtnetlink.open(linux)) {
            netlink.addBridge(BRIDGE);
            netlink.addVeth(BRIDGE_SIDE, HOST_SIDE, hostSideFd);
            for (InterfaceName name : new InterfaceName[] {BRIDGE, BRIDGE_SIDE}) {
                netlink.withoutIpv6Addresses(name);
            }
            netlink.setMaster(BRIDGE_SIDE, BRIDGE);
            netlink.setUp(BRIDGE_SIDE);
            netlink.setUp(BRIDGE);
            return true;
        }
    }

    private static boolean makeHost(Linux linux) throws SwitchdException {
        try (Rtnetlink netlink = Rtnetlink.open(linux)) {
            netlink.setAddress(HOST_SIDE, HOST.mac());
            netlink.setUp(HOST_SIDE);
            netlink.addAddress(HOST_SIDE, HOST.ipv4(), PREFIX_V4);
            netlink.addAddress(HOST_SIDE, HOST.ipv6(), PREFIX_V6);
            return true;
        }
    }

    /// Does work, and starts threads, where the bridge is.
    <T> T onBridgeSide(NetworkNamespace.Work<T> work) throws SwitchdException {
        return bridgeSide.call(work);
    }

    /// The host on the LAN.
    LanHost host() {
        return host;
    }

    @Override
    public void close() {
        host.close();
        hostSide.close();
        bridgeSide.close();
    }
}
