package switchd.daemon.selftest;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Queue;
import java.util.function.ToIntBiFunction;
import org.jspecify.annotations.Nullable;
import switchd.core.Counters;
import switchd.core.InterfaceName;
import switchd.core.MacAddress;
import switchd.core.MacPolicy;
import switchd.core.SwitchdException;
import switchd.daemon.Daemon;
import switchd.daemon.DaemonSpec;
import switchd.daemon.LoopThread;
import switchd.daemon.NetworkSpec;
import switchd.daemon.PortSpec;
import switchd.daemon.Status;
import switchd.daemon.host.Writer;
import switchd.posix.Posix;

/// The daemon with two ports on the bridge and a VM at each, and a second daemon beside it whose
/// one VM is the LAN's far end: between those two daemons frames take the whole way, through the
/// uplinks and the bridge.
final class Stage implements AutoCloseable {
    static final int MTU = 1500;

    private static final long ATTACH_NANOS = 5_000_000_000L;
    private static final long RETRY_MILLIS = 5;
    private static final long ADDRESSES = 0x025e_1f00_0000L;

    private final TestBed bed;
    private final Writer writer;
    private final Queue<String> events;
    private final String prefix = "selftest-" + ProcessHandle.current().pid();
    private final Parts parts = new Parts();
    private int vms;
    private @Nullable Daemon near;
    private @Nullable Daemon far;
    private @Nullable LoopThread files;
    private @Nullable Vm one;
    private @Nullable Vm two;
    private @Nullable Vm lan;

    /// @param events gets a line for whatever happens at a port
    Stage(TestBed bed, Writer writer, Queue<String> events) {
        this.bed = bed;
        this.writer = writer;
        this.events = events;
    }

    /// Starts the daemons.
    String openPorts() throws Exception {
        files =
                parts.make(
                        () -> LoopThread.start("selftest-files", bed.host(Writer.AUTO)),
                        thread -> thread::stop);
        PortSpec second = autoPort(2);
        near = startDaemon(List.of(port(1), second));
        far = startDaemon(List.of(port(3)));
        return uplink(near(), 0) + ", " + uplink(near(), 1) + ", " + uplink(far(), 0);
    }

    private PortSpec port(int number) throws SwitchdException {
        return port(number, new MacPolicy.Fixed(address(number)));
    }

    /// A port whose VM may have any one address.
    PortSpec autoPort(int number) throws SwitchdException {
        return port(number, new MacPolicy.Auto());
    }

    private PortSpec port(int number, MacPolicy policy) throws SwitchdException {
        String network = bed.bridge().value();
        return PortSpec.of(prefix + "-" + number, network, policy)
                .forUser(PortSpec.Access.of(self()));
    }

    /// Starts a daemon on the bridge.
    Daemon startDaemon(List<PortSpec> ports) throws Exception {
        NetworkSpec.Kind bridge = new NetworkSpec.Bridge(bed.bridge(), false);
        NetworkSpec network = new NetworkSpec(bridge.usualName(), bridge, MTU);
        DaemonSpec spec = DaemonSpec.of(network, ports, writer);
        Daemon daemon =
                parts.make(
                        () ->
                                bed.inside(() ->
                                        Daemon.start(
                                                spec,
                                                bed.host(writer),
                                                event -> events.add(event.line()))),
                        started -> started::close);
        daemon.notices().stream().filter(text -> !events.contains(text)).forEach(events::add);
        return daemon;
    }

    /// Attaches the VMs.
    void attachVms() throws Exception {
        one = attach("one", 1, near());
        two = attach("two", 2, near());
        lan = attach("lan", 3, far());
    }

    /// Attaches one more VM to the first port.
    void attachAgain() throws Exception {
        one = attach("one", 1, near());
    }

    /// Removes the first port, opens it anew, and attaches a VM.
    void reopenFirstPort() throws Exception {
        one().close();
        near().removePort(port(1).name());
        near().addPort(port(1));
        attachAgain();
    }

    /// A VM at the port of that number, taken in: before that the port drops what is for it.
    private Vm attach(String name, int number, Daemon daemon) throws Exception {
        String socket = socketOf(port(daemon, number));
        Vm vm = openVm(name, address(number), directoryOf(socket) + "/vm-" + ++vms + ".sock");
        vm.attach(socket);
        long start = System.nanoTime();
        while (port(daemon, number).state() == Status.State.LISTENING) {
            if (System.nanoTime() - start > ATTACH_NANOS) {
                throw CheckException.failed("the daemon did not take VM " + name + " in for 5 s");
            }
            Thread.sleep(RETRY_MILLIS);
        }
        return vm;
    }

    /// Opens a VM's socket, which is removed at the end whatever becomes of the VM.
    Vm openVm(String name, MacAddress mac, String path) throws Exception {
        parts.atEnd(() -> onPath(path, Posix::unlink));
        return parts.make(
                () -> Vm.open(name, mac, bed.host(Writer.AUTO), path, MTU), vm -> vm::close);
    }

    /// Does something with a path; what it gives is the call's result.
    int onPath(String path, ToIntBiFunction<Posix, MemorySegment> call) throws SwitchdException {
        LoopThread thread = there(files);
        return thread.ask(() -> {
            try (Arena arena = Arena.ofConfined()) {
                return call.applyAsInt(thread.context().host().posix(), arena.allocateFrom(path));
            }
        });
    }

    /// Has `step` run at the end.
    void atEnd(switchd.core.Undo.Step step) {
        parts.atEnd(step);
    }

    /// Whoever runs the self-test, not the one who called sudo: the VMs are ours.
    private String self() throws SwitchdException {
        LoopThread thread = there(files);
        return thread.ask(() -> {
            Posix posix = thread.context().host().posix();
            return posix.geteuid() + ":" + posix.getegid();
        });
    }

    TestBed bed() {
        return bed;
    }

    String prefix() {
        return prefix;
    }

    Daemon near() {
        return there(near);
    }

    private Daemon far() {
        return there(far);
    }

    /// The VM at the first port.
    Vm one() {
        return there(one);
    }

    /// The VM at the second port of the same daemon.
    Vm two() {
        return there(two);
    }

    /// The VM at the far end of the bridge.
    Vm lan() {
        return there(lan);
    }

    /// The address of VM `number`, or of one that is not there.
    static MacAddress address(int number) {
        return new MacAddress(ADDRESSES + number);
    }

    /// The first port as the daemon tells it.
    Status.PortStatus firstPort() throws SwitchdException {
        return port(near(), 1);
    }

    private Status.PortStatus port(Daemon daemon, int number) throws SwitchdException {
        for (Status.PortStatus port : daemon.status().ports()) {
            if (port.name().equals(prefix + "-" + number)) {
                return port;
            }
        }
        throw new IllegalStateException("port " + number + " is gone");
    }

    /// What has come from the first port's VM.
    Counters fromOne() throws SwitchdException {
        for (Daemon.Traffic traffic : near().traffic()) {
            if (traffic.name().equals(prefix + "-1")) {
                return traffic.toLan();
            }
        }
        throw new IllegalStateException("the first port is gone");
    }

    /// The first port's place in the bridge.
    InterfaceName uplink() throws SwitchdException {
        return new InterfaceName(firstPort().uplink());
    }

    private static String uplink(Daemon daemon, int port) throws SwitchdException {
        return daemon.status().ports().get(port).uplink();
    }

    static String directoryOf(String socket) {
        return socket.substring(0, socket.lastIndexOf('/'));
    }

    /// The directories of the ports' sockets.
    List<String> directories() throws SwitchdException {
        return List.of(
                directoryOf(socketOf(near().status().ports().get(0))),
                directoryOf(socketOf(near().status().ports().get(1))),
                directoryOf(socketOf(far().status().ports().getFirst())));
    }

    /// Where a VM attaches to `port`, which is up.
    static String socketOf(Status.PortStatus port) {
        return there(port.socket());
    }

    private static <T> T there(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("the stage is not set up");
        }
        return part;
    }

    /// Ends everything. Closing twice is no error.
    @Override
    public void close() throws SwitchdException {
        parts.close();
    }
}
