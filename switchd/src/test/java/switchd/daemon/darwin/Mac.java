package switchd.daemon.darwin;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import switchd.attach.KeptLinks;
import switchd.core.InterfaceName;
import switchd.core.MacPolicy;
import switchd.core.PortEvent;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.daemon.Daemon;
import switchd.daemon.DaemonEvent;
import switchd.daemon.DaemonSpec;
import switchd.daemon.LoopThread;
import switchd.daemon.NetworkSpec;
import switchd.daemon.PortSpec;
import switchd.daemon.Status;
import switchd.daemon.host.DarwinHost;
import switchd.daemon.host.Writer;
import switchd.daemon.lab.Await;
import switchd.darwin.DarwinConstants;
import switchd.darwin.InterfaceControl;
import switchd.darwin.Interfaces;
import switchd.darwin.Requests;
import switchd.darwin.Structs;
import switchd.darwin.testkit.FakeNic;
import switchd.darwin.testkit.FakeXnu;
import switchd.darwin.testkit.Profile;
import switchd.feth.Bridge;
import switchd.feth.OwnInterfaces;
import switchd.posix.PosixConstants;

/// A Mac in memory: `bridge1`, which somebody else has made with `en0` in it, a process for the
/// daemon, and processes for VMs.
final class Mac implements AutoCloseable {
    static final InterfaceName BRIDGE = new InterfaceName("bridge1");
    static final String VM_USER = "vmuser";
    static final int VM_UID = 501;

    final FakeXnu kernel;
    final FakeNic en0;
    final Bridge bridge;
    private static final String NETWORK = "lan";

    /// Names of all events, those that are not a port's included.
    final List<String> told = new CopyOnWriteArrayList<>();

    /// Their texts.
    final List<String> texts = new CopyOnWriteArrayList<>();

    final List<PortEvent> events = new CopyOnWriteArrayList<>();

    /// The daemon's process.
    FakeXnu process;

    /// What the next daemon finds of the one before.
    KeptLinks kept = KeptLinks.none();

    private final OwnInterfaces owner;
    private final List<Daemon> daemons = new ArrayList<>();
    private final List<InterfaceName> before;
    private int vms;

    Mac(Profile profile) {
        kernel = FakeXnu.boot(profile);
        process = kernel.spawn(0);
        en0 = kernel.nic("en0");
        try {
            owner = OwnInterfaces.open(kernel.spawn(0), "/var/run/owner/interfaces", _ -> {});
            bridge = makeBridge();
            bridge.add(new InterfaceName("en0"));
            before = interfaces();
        } catch (SwitchdException e) {
            throw new AssertionError(e);
        }
    }

    /// Somebody makes the bridge, without members.
    Bridge makeBridge() throws SwitchdException {
        return Bridge.openOrCreate(owner, BRIDGE);
    }

    static PortSpec port(String name, String mac) {
        return PortSpec.of(name, NETWORK, MacPolicy.parse(mac))
                .forUser(PortSpec.Access.of(VM_USER));
    }

    /// Runs a daemon with these ports on the bridge.
    Daemon bridged(Writer writer, PortSpec... ports) throws SwitchdException {
        return start(new NetworkSpec.Bridge(BRIDGE, false), writer, ports);
    }

    /// Runs a daemon with these ports.
    Daemon start(NetworkSpec.Kind network, Writer writer, PortSpec... ports)
            throws SwitchdException {
        FakeXnu own = process;
        return start(network, writer, arena -> new DarwinHost(own, arena, writer), ports);
    }

    /// Runs a daemon with these ports, whose calls find their own way to the kernel.
    Daemon start(
            NetworkSpec.Kind network, Writer writer, LoopThread.HostOpener host, PortSpec... ports)
            throws SwitchdException {
        NetworkSpec named = new NetworkSpec(NETWORK, network, null);
        return start(DaemonSpec.of(named, List.of(ports), writer), host);
    }

    /// Runs a daemon.
    Daemon start(DaemonSpec spec) throws SwitchdException {
        FakeXnu own = process;
        return start(spec, arena -> new DarwinHost(own, arena, spec.writer()));
    }

    private Daemon start(DaemonSpec spec, LoopThread.HostOpener host) throws SwitchdException {
        Daemon daemon = Daemon.start(spec, host, kept, this::hear);
        daemons.add(daemon);
        return daemon;
    }

    /// Kills the process of the daemon that was started last; the next one gets another.
    void crash() throws InterruptedException {
        process.kill9();
        daemons.removeLast().awaitEnd();
        process = kernel.spawn(0);
    }

    /// A VM that attaches to a port.
    MacVm vm(String port) {
        return vmAt("/var/run/switchd/" + port + "/net.sock");
    }

    /// A VM that attaches to a socket.
    MacVm vmAt(String socket) {
        return MacVm.attach(kernel.spawn(VM_UID), socket, "vm" + vms++);
    }

    /// Fails where the daemon's process has left anything.
    void checkNothingIsLeft() throws SyscallException {
        assertThat(added()).isEmpty();
        assertThat(process.descriptors()).isZero();
        assertThat(kernel.files().exists("/var/run/switchd")).isFalse();
    }

    private void hear(DaemonEvent event) {
        texts.add(event.text());
        told.add(event.event());
        if (event.cause() != null) {
            events.add(event.cause());
        }
    }

    /// What has happened of this kind.
    <T extends PortEvent> List<T> events(Class<T> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /// The interfaces that were not there before any daemon.
    List<InterfaceName> added() throws SyscallException {
        List<InterfaceName> added = new ArrayList<>(interfaces());
        added.removeAll(before);
        return added;
    }

    private List<InterfaceName> interfaces() throws SyscallException {
        return Interfaces.list(kernel).stream().map(Interfaces.Entry::name).toList();
    }

    /// What has gone through a port of the daemon that was started last.
    Daemon.Traffic traffic(String port) {
        try {
            return daemons.getLast().traffic().stream()
                    .filter(traffic -> traffic.name().equals(port))
                    .findFirst()
                    .orElseThrow();
        } catch (SwitchdException e) {
            throw new AssertionError(e);
        }
    }

    /// What a port of that daemon is doing.
    Status.State state(String port) throws SwitchdException {
        return daemons.getLast().status().ports().stream()
                .filter(status -> status.name().equals(port))
                .findFirst()
                .orElseThrow()
                .state();
    }

    /// Waits until `frame` has left by en0's cable; what left before it is forgotten.
    void awaitOnWire(byte[] frame) {
        Await.until(
                "the frame on the wire",
                Await.SHORT,
                () -> en0.sent().stream().anyMatch(sent -> Arrays.equals(sent, frame)));
    }

    /// Waits until the daemon has reported `count` events of a kind.
    <T extends PortEvent> List<T> await(Class<T> kind, int count) {
        Await.until(
                count + " " + kind.getSimpleName(),
                Await.SHORT,
                () -> events(kind).size() >= count);
        return events(kind);
    }

    /// Another interface, up as well, takes the name of one.
    void replace(InterfaceName name) {
        try {
            ifconfig().destroy(name);
            ifconfig().create(name.value());
            ifconfig().setUp(name);
        } catch (SwitchdException e) {
            throw new AssertionError(e);
        }
    }

    /// Somebody with root's rights and `ifconfig`.
    InterfaceControl ifconfig() {
        return owner.control();
    }

    /// `ifconfig NAME down`
    void switchOff(InterfaceName name) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = arena.allocate(Structs.IFREQ);
            InterfaceControl.putName(request, 0, name);
            FakeXnu root = kernel.spawn(0);
            int fd = root.socket(DarwinConstants.AF_INET, PosixConstants.SOCK_DGRAM, 0);
            int result = root.ioctl(fd, Requests.SIOCSIFFLAGS, request);
            SyscallException.check("SIOCSIFFLAGS", result);
            root.kill9();
        }
    }

    @Override
    public void close() {
        daemons.forEach(Daemon::close);
    }
}
