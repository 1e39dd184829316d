package switchd.daemon.lab;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// One test's network, in two namespaces of its own:
///
/// ```
/// host:  the daemon's TAPs ── br0 ── lan0 ═══ eth0  :lan   10.77.0.1/24, fd77::1/64
///        (or, without a bridge)       eth0 ═══ eth0
/// ```
///
/// The host side has no IPv6 and no addresses, so it sends nothing by itself; the bridge forwards
/// at once. Closing ends every process in the namespaces; so does the end of this JVM, and after a
/// JVM that was killed the next one that makes a lab.
public final class Lab implements AutoCloseable {
    public static final String LAN_ADDRESS = "10.77.0.1";
    public static final String LAN_ADDRESS6 = "fd77::1";
    public static final String LAN_MAC = "02:00:00:00:00:02";

    /// The bridge in the host namespace.
    public static final String BRIDGE = "br0";

    /// The NIC of the LAN's host, and that of the daemon's host where there is no bridge.
    public static final String NIC = "eth0";

    static final String PREFIX = "swlab-";

    private static final AtomicInteger COUNTER = new AtomicInteger();
    private static final Set<Lab> OPEN = ConcurrentHashMap.newKeySet();

    private static final Machine BEFORE;

    static {
        Namespace.sweep(PREFIX);
        BEFORE = Machine.now();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> OPEN.forEach(Lab::close)));
    }

    private final Namespace host;
    private final Namespace lan;
    private final Workspace workspace;
    private final Cleanup cleanup;

    private Lab(Cleanup cleanup, int mtu, String uplink) {
        this.cleanup = cleanup;
        String name = PREFIX + ProcessHandle.current().pid() + "-" + COUNTER.incrementAndGet();
        workspace = cleanup.add(Workspace.create());
        host = cleanup.add(Namespace.create(name + "-host"));
        lan = cleanup.add(Namespace.create(name + "-lan"));
        host.ip6Default("disable_ipv6", 1);
        lan.ip6Default("accept_dad", 0); // addresses are good at once
        lan.ip6Default("accept_ra", 0);
        lan.ip6Default("router_solicitations", 0);
        connect(mtu, uplink);
        OPEN.add(this);
    }

    /// A LAN behind the bridge [#BRIDGE] of the host namespace.
    public static Lab bridged(int mtu) {
        return Cleanup.building(cleanup -> {
            var lab = new Lab(cleanup, mtu, "lan0");
            lab.addBridge(mtu);
            return lab;
        });
    }

    public static Lab bridged() {
        return bridged(1500);
    }

    /// As [#bridged()], with a LAN whose host leaves cutting segments and finishing checksums to
    /// its NIC, as hosts do.
    public static Lab offloading() {
        Lab lab = bridged();
        lab.host.withOffloads("lan0");
        lab.lan.withOffloads(NIC);
        return lab;
    }

    /// A LAN at the host namespace's own [#NIC], without a bridge.
    public static Lab wired(int mtu) {
        return Cleanup.building(cleanup -> new Lab(cleanup, mtu, NIC));
    }

    /// The machine as it was before this JVM made its first lab.
    public static Machine machineBefore() {
        return BEFORE;
    }

    /// Where the daemon runs.
    public Namespace host() {
        return host;
    }

    /// Where the LAN's host runs.
    public Namespace lan() {
        return lan;
    }

    /// A folder for sockets and files, deleted with the lab.
    public Workspace workspace() {
        return workspace;
    }

    /// Has `part` closed with the lab, before its namespaces.
    public <T extends AutoCloseable> T add(T part) {
        return cleanup.add(part);
    }

    private void connect(int mtu, String uplink) {
        String size = Integer.toString(mtu);
        host.run(
                ("ip link add " + uplink + " mtu " + size + " type veth peer name " + NIC)
                        .concat(" mtu " + size + " address " + LAN_MAC + " netns " + lan.name())
                        .split(" "));
        host.withoutOffloads(uplink);
        lan.withoutOffloads(NIC);
        lan.run("ip", "addr", "add", LAN_ADDRESS + "/24", "dev", NIC);
        lan.run("ip", "link", "set", NIC, "up");
        lan.run("ip", "addr", "add", LAN_ADDRESS6 + "/64", "dev", NIC, "nodad");
        host.run("ip", "link", "set", uplink, "up");
        awaitUp(lan, NIC);
        awaitUp(host, uplink);
    }

    private void addBridge(int mtu) {
        host.run(
                ("ip link add " + BRIDGE + " mtu " + mtu)
                        .concat(" type bridge stp_state 0 forward_delay 0 mcast_snooping 0")
                        .split(" "));
        host.run("ip", "link", "set", "lan0", "master", BRIDGE);
        host.run("ip", "link", "set", BRIDGE, "up");
        awaitUp(host, BRIDGE);
    }

    private static void awaitUp(Namespace namespace, String nic) {
        Await.until(
                nic + " is up",
                Await.SHORT,
                () -> namespace.run("ip", "-o", "link", "show", nic).contains("state UP"));
    }

    @Override
    public void close() {
        OPEN.remove(this);
        cleanup.close();
    }
}
