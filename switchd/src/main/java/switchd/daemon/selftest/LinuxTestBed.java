package switchd.daemon.selftest;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import switchd.core.InterfaceName;
import switchd.core.SwitchdException;
import switchd.daemon.LoopThread;
import switchd.daemon.host.Hosts;
import switchd.daemon.host.Writer;
import switchd.linux.NetworkNamespace;
import switchd.linux.Rtnetlink;

/// A bridge in a network namespace of its own, so that nothing of the machine's network is touched,
/// and nothing of it is left whatever becomes of the process.
public final class LinuxTestBed implements TestBed {
    private static final InterfaceName BRIDGE = new InterfaceName("selftest0");
    private static final int ADDRESS = 0xc612_0001; // 198.18.0.1, for tests (RFC 2544)
    private static final int PREFIX = 24;

    private @Nullable NetworkNamespace namespace;

    @Override
    public Report.Host describe() {
        return new Report.Host(
                "Linux",
                System.getProperty("os.version"),
                kernel(),
                System.getProperty("os.arch"),
                Runtime.version().toString());
    }

    private static String kernel() {
        try {
            return Files.readString(Path.of("/proc/version")).strip();
        } catch (IOException e) {
            return "Linux " + System.getProperty("os.version");
        }
    }

    @Override
    public LoopThread.HostOpener host(Writer writer) {
        return arena -> Hosts.open(arena, writer);
    }

    @Override
    public List<Writer> writers() {
        return List.of(Writer.AUTO);
    }

    @Override
    public String nameOf(Writer writer) {
        return "tap";
    }

    @Override
    public void build() throws SwitchdException {
        namespace = NetworkNamespace.open("selftest-bridge");
        onNetlink(netlink -> {
            netlink.addBridge(BRIDGE);
            netlink.withoutIpv6Addresses(BRIDGE);
            netlink.setUp(BRIDGE);
        });
    }

    @Override
    public InterfaceName bridge() {
        return BRIDGE;
    }

    @Override
    public @Nullable Integer giveAddress() throws SwitchdException {
        InetAddress address = InetAddress.ofLiteral(IpFrame.text(ADDRESS));
        onNetlink(netlink -> netlink.addAddress(BRIDGE, address, PREFIX));
        return ADDRESS;
    }

    @Override
    public <T> T inside(Callable<T> work) throws SwitchdException {
        return there().call(_ -> work.call());
    }

    @Override
    public void leave(InterfaceName uplink) throws SwitchdException {
        onNetlink(netlink -> netlink.setNoMaster(uplink));
    }

    @Override
    public void join(InterfaceName uplink) throws SwitchdException {
        onNetlink(netlink -> netlink.setMaster(uplink, BRIDGE));
    }

    @Override
    public boolean mustCarryTags() {
        return true;
    }

    @Override
    public List<String> keep() throws SwitchdException {
        String name = "selftest-" + ProcessHandle.current().pid();
        there().keep(name);
        return List.of("sudo ip netns delete " + name);
    }

    @Override
    public List<String> remains() {
        return List.of(); // the namespace goes with its last socket
    }

    private interface Work {
        void on(Rtnetlink netlink) throws SwitchdException;
    }

    private void onNetlink(Work work) throws SwitchdException {
        there().call(linux -> {
            try (Rtnetlink netlink = Rtnetlink.open(linux)) {
                work.on(netlink);
                return true;
            }
        });
    }

    private NetworkNamespace there() {
        NetworkNamespace current = namespace;
        if (current == null) {
            throw new IllegalStateException("there is no bridge");
        }
        return current;
    }

    @Override
    public void close() {
        if (namespace != null) {
            namespace.close();
        }
    }
}
